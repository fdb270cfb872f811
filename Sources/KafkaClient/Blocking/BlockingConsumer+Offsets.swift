extension BlockingConsumer {
    /// Commits the offsets of the *next* records to read, outside any transaction, and waits for the answer.
    package func commit(_ offsets: [TopicPartition: Int64], timeout: Duration) throws(ClientError) {
        let wait = timeout.inMilliseconds
        let error: ClientError? = ask { core, done in core.commit(offsets, until: core.now + wait, then: done) }
        if let error { throw error }
    }

    /// What the group has committed, for those of the partitions that have a commit. Waits while a transaction that
    /// changes it is open.
    package func committed(
        _ partitions: [TopicPartition], timeout: Duration
    ) throws(ClientError) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        let wait = timeout.inMilliseconds
        let found: GroupOffsets.Found = ask { core, done in
            core.fetchCommitted(partitions, until: core.now + wait, then: done)
        }
        var committed: [TopicPartition: Int64] = [:]
        for (place, result) in found { committed[place] = try result.get()?.offset }
        return committed
    }

    /// Where partitions begin or end.
    ///
    /// - Parameter isolation: with ``IsolationLevel/readCommitted`` a partition ends before the first record of an open
    ///   transaction.
    package func offsets(
        at time: OffsetTime, of partitions: [TopicPartition], isolation: IsolationLevel, timeout: Duration
    ) throws(ClientError) -> [TopicPartition: Int64] {
        try offsets(
            at: Dictionary(partitions.map { ($0, time) }, uniquingKeysWith: { first, _ in first }),
            isolation: isolation, timeout: timeout)
    }

    /// The same, of each partition by a time of its own. Left out where no record is that new.
    package func offsets(
        at times: [TopicPartition: OffsetTime], isolation: IsolationLevel, timeout: Duration
    ) throws(ClientError) -> [TopicPartition: Int64] {
        if times.isEmpty { return [:] }
        let wait = timeout.inMilliseconds
        let times = times.mapValues(\.listed)
        let results: OffsetQuery.Results = ask { core, done in
            OffsetQuery.start(
                times, isolation: isolation, clientID: core.settings.clientID, deadline: core.now + wait, core.access,
                then: done)
        }
        var offsets: [TopicPartition: Int64] = [:]
        for (place, result) in results {
            let listed = try result.get()
            if listed.offset >= 0 { offsets[place] = listed.offset }
        }
        return offsets
    }

    /// How many partitions a topic has, asked of a broker now.
    package func partitionCount(of topic: String, timeout: Duration) throws(ClientError) -> Int32 {
        let wait = timeout.inMilliseconds
        let result: Result<ClusterDescription, ClientError> = ask { core, done in
            // It stays until the answer is there.
            let admin = AdminCore(core.access, clientID: core.settings.clientID)
            admin.describe(topics: [topic], until: core.now + wait) { result in
                withExtendedLifetime(admin) { done(result) }
            }
        }
        guard let found = try result.get().topics.first else {
            throw ClientError(.protocolViolation, "the broker says nothing of it", context: "topic \(topic)")
        }
        if let error = found.error { throw error.at("topic \(topic)") }
        return Int32(clamping: found.partitions.count)
    }
}
