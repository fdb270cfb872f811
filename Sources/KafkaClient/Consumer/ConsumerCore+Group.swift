/// What the group says.
extension ConsumerCore {
    func groupSays(_ event: GroupEvent) {
        switch event {
        case .revoked(let places, _):
            for place in held(places) { change(place) { $0.isLeaving = true } }
        case .lost(let places):
            for place in held(places) { remove(place) }
            followTopics()
        case .assigned(let new, _):
            if choosesPartitions { break }
            for place in new { add(place) }
            followTopics()
        case .failed: break
        }
        events.append(event)
        settle()
    }

    /// What is read with these partitions of the group's.
    private func held(_ places: [TopicPartition]) -> [TopicPartition] { choosesPartitions ? order : places }

    /// The application has chosen what it reads with its share; none once that is lost.
    ///
    /// A share may be lost before the application has heard of it. What it chooses then is dropped when it hears of the
    /// loss, which it does before it gets any record.
    func read(_ chosen: [TopicPartition], at starts: [TopicPartition: StartOffset]) {
        let wanted = Set(chosen)
        for place in order where !wanted.contains(place) { remove(place) }
        for place in chosen { add(place) }
        begin(chosen, at: starts)
        followTopics()
        settle()
    }

    /// The application has given up what was revoked.
    func released(_ places: [TopicPartition], _ ticket: ReleaseTicket) {
        // One that came back meanwhile is not leaving any more.
        for place in held(places) where partitions[place]?.isLeaving == true { remove(place) }
        followTopics()
        member?.released(ticket)
        settle()
    }
}
