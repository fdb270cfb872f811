/// What the group says.
extension ConsumerCore {
    func groupSays(_ event: GroupEvent) {
        switch event {
        case .revoked(let places, _):
            for place in places { change(place) { $0.isLeaving = true } }
        case .lost(let places):
            for place in places { remove(place) }
            followTopics()
        case .assigned(let new, _):
            for place in new { add(place) }
            followTopics()
        case .failed: break
        }
        events.append(event)
        settle()
    }

    /// The application has given up what was revoked.
    func released(_ places: [TopicPartition], _ ticket: ReleaseTicket) {
        // One that came back meanwhile is not leaving any more.
        for place in places where partitions[place]?.isLeaving == true { remove(place) }
        followTopics()
        member?.released(ticket)
        settle()
    }
}
