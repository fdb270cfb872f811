extension KafkaConsumer {
    /// As whom this consumer commits: for a producer that commits its offsets in a transaction. Nil without a group.
    public var groupMetadata: ConsumerGroupMetadata? {
        get async { await ask { core, done in done(core.groupMetadata) } }
    }

    /// Commits the offsets of the *next* records to read, outside any transaction, and waits for the answer.
    ///
    /// - Throws: ``ClientError``. Where the group has moved on without this member, its partitions are others' by now.
    public func commit(
        _ offsets: [TopicPartition: Int64], timeout: Duration = .seconds(30)
    ) async throws(ClientError) {
        let wait = timeout.inMilliseconds
        let error: ClientError? = await ask { core, done in core.commit(offsets, until: core.now + wait, then: done) }
        if let error { throw error }
    }

    /// What the group has committed, for those of the partitions that have a commit. Waits while a transaction that
    /// changes it is open.
    public func committed(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [TopicPartition: CommittedOffset] {
        let wait = timeout.inMilliseconds
        let found: GroupOffsets.Found = await ask { core, done in
            core.fetchCommitted(partitions, until: core.now + wait, then: done)
        }
        var committed: [TopicPartition: CommittedOffset] = [:]
        for (place, result) in found { committed[place] = try result.get() }
        return committed
    }

    /// Offsets of partitions by time; left out where no record has such a time.
    public func offsets(
        at times: [TopicPartition: OffsetTime], timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [TopicPartition: Int64] {
        let wait = timeout.inMilliseconds
        let results: OffsetQuery.Results = await ask { core, done in
            OffsetQuery.start(
                times.mapValues(\.listed), isolation: core.settings.isolation, clientID: core.settings.clientID,
                deadline: core.now + wait, core.access, then: done)
        }
        var offsets: [TopicPartition: Int64] = [:]
        for (place, result) in results {
            let listed = try result.get()
            if listed.offset >= 0 { offsets[place] = listed.offset }
        }
        return offsets
    }
}
