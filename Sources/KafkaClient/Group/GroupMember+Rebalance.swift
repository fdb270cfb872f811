import KafkaProtocol

/// When a rebalance begins, and what becomes of the partitions.
extension GroupMember {
    /// Takes part in a rebalance as soon as that is possible.
    func rejoin(_ reason: String) {
        if rejoinReason == nil { rejoinReason = reason }
        guard phase == .stable else { return }
        access.log(.info, "\(name): joining again: \(reason)")
        let leaving = settings.isCooperative ? owned.filter { !subscription.contains($0.topic) } : owned
        guard !leaving.isEmpty else {
            phase = .joining
            return join()
        }
        release(leaving, then: .join)
    }

    /// Asks the application to give partitions up. Heartbeats go on meanwhile.
    func release(_ partitions: Set<TopicPartition>, then next: AfterRelease) {
        lastTicket += 1
        let ticket = ReleaseTicket(number: lastTicket)
        phase = .releasing(ticket, then: next)
        if settings.isCooperative { owned.subtract(partitions) }
        scheduleHeartbeat()
        onEvent(.revoked(partitions.sorted(), ticket))
    }

    /// All that the member had is others' by now.
    func lose() {
        var partitions = owned
        if case .releasing = phase, !settings.isCooperative { partitions = [] }
        owned = []
        ownedGeneration = -1
        if !partitions.isEmpty { onEvent(.lost(partitions.sorted())) }
    }

    /// The coordinator no longer knows this member, or not in this generation. It begins again.
    func reset(forgettingID: Bool, _ error: ErrorCode) {
        access.log(.warning, "\(name): \(error.name): what was assigned is lost; joining again")
        stopRequests()
        lose()
        generation = -1
        if forgettingID { memberID = "" }
        if phase == .leaving { return }
        if case .releasing(_, .leave) = phase { return sendLeave() }
        phase = .joining
        joinLater()
    }

    func fail(_ error: ClientError) {
        stopRequests()
        lose()
        stop()
        memberID = ""
        onEvent(.failed(error.at(name)))
        onLeft.take()?()
    }

    /// The end of a rebalance.
    func complete(_ partitions: [TopicPartition]) {
        attempts = 0
        let given = Set(partitions)
        phase = .stable
        scheduleHeartbeat()
        guard given.allSatisfy({ joinedSubscription.contains($0.topic) }) else {
            rejoinReason = nil
            return rejoin("the assignment is not what was subscribed to")
        }
        let taken = owned.subtracting(given)
        let new = given.subtracting(owned)
        owned = given
        ownedGeneration = generation
        metadata.generation = generation
        metadata.memberID = memberID
        joinReason = nil
        let interruption = rejoinReason
        rejoinReason = nil
        access.log(.info, "\(name): generation \(generation) as \(memberID): \(given.sorted())")
        if !taken.isEmpty {
            rejoinReason = "partitions were given up"
            release(taken, then: .join)
        }
        onEvent(.assigned(new.sorted(), all: given.sorted()))
        if taken.isEmpty {
            if subscription != joinedSubscription {
                rejoin("the subscription has changed")
            } else if let interruption {
                rejoin(interruption)
            } else {
                topicsChanged()
            }
        }
    }
}

// MARK: Topics

extension GroupMember {
    /// Keeps the topics known that this member reads, and as a leader those of the whole group.
    func followTopics() {
        let topics = subscription.union(assignedCounts?.keys.map(\.self) ?? []).union(topicsToAssign)
        if let follower {
            access.change(follower, to: .named(topics))
        } else {
            follower = access.follow(.named(topics)) { [weak self] in self?.topicsChanged() }
        }
    }

    private var topicsToAssign: Set<String> {
        if case .assigning(let group) = phase { group.topics } else { [] }
    }

    /// Each time that metadata has come.
    func topicsChanged() {
        if case .assigning(let group) = phase { return assignIfKnown(group) }
        guard phase == .stable, let assignedCounts else { return }
        let counts = partitionCounts(of: assignedCounts.keys, before: assignedCounts)
        guard counts != assignedCounts else { return }
        self.assignedCounts = counts
        rejoin("topics have changed")
    }

    /// How many partitions topics have; 0 where there is no such topic. A topic that a broker cannot speak of at the
    /// moment has as many as before.
    func partitionCounts(of topics: some Sequence<String>, before: [String: Int32]) -> [String: Int32] {
        var counts: [String: Int32] = [:]
        for topic in topics {
            switch access.metadata.topics[topic] {
            case let found? where found.error == .none: counts[topic] = Int32(found.partitions.count)
            case let found? where found.error == .unknownTopicOrPartition: counts[topic] = 0
            default: counts[topic] = before[topic] ?? 0
            }
        }
        return counts
    }
}
