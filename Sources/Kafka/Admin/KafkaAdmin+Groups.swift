extension KafkaAdmin {
    /// All consumer groups of the cluster, sorted by name.
    public func groups(timeout: Duration = .seconds(10)) async throws(KafkaError) -> [GroupListing] {
        try await driver.groups(timeout: timeout)
    }

    /// The groups' states and members. A group that nobody has heard of is `dead` and empty.
    public func describe(groups names: [String], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [GroupDescription]
    {
        try await driver.describe(groups: names, timeout: timeout)
    }

    /// The offsets that a group has committed, for those of the partitions that have one. Empty if there is no such
    /// group.
    public func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await driver.committedOffsets(ofGroup: group, in: partitions, timeout: timeout)
    }

    /// The partitions' oldest offsets.
    public func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await driver.beginningOffsets(partitions, timeout: timeout)
    }

    /// The offsets that the partitions' next records will get; where a transaction is open, the offset of its first
    /// record.
    public func endOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await driver.endOffsets(partitions, timeout: timeout)
    }

    /// How far a group is behind in all partitions of `topics`.
    ///
    /// Counted in offsets, as every tool does. A partition whose newest entry is a transaction marker shows 1 to a
    /// group that committed "last record + 1"; see ``KafkaConsumer/position(_:)``.
    public func lag(
        ofGroup group: String, topics: [String], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> GroupLag {
        let partitions = try await partitions(ofTopics: topics, timeout: timeout)
        let committed = try await committedOffsets(ofGroup: group, in: partitions, timeout: timeout)
        let uncommitted = partitions.filter { committed[$0] == nil }
        let begins = try await beginningOffsets(uncommitted, timeout: timeout)
        let ends = try await endOffsets(partitions, timeout: timeout)
        return GroupLag(group: group, committed: committed, begins: begins, ends: ends)
    }

    /// Deletes the records before these offsets permanently.
    /// - Returns: the partitions' oldest offsets after that.
    @discardableResult
    public func deleteRecords(
        before offsets: [TopicPartition: Int64], timeout: Duration = .seconds(30)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await driver.deleteRecords(before: offsets, timeout: timeout)
    }
}
