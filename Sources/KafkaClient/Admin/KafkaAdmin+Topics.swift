extension KafkaAdmin {
    /// The cluster, and the topics of these names; all topics for nil. It creates none.
    public func describe(
        topics names: [String]?, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> ClusterDescription {
        try await ask(timeout) { core, deadline, done in core.describe(topics: names, until: deadline, then: done) }
    }

    /// Creates those of the topics that do not exist yet.
    ///
    /// - Parameters:
    ///   - topics: their names, partitions and settings.
    ///   - validatingOnly: whether the broker only checks that it could.
    ///   - timeout: until when an answer is waited for, tries again included.
    /// - Returns: the names of those that were created.
    @discardableResult
    public func createTopics(
        _ topics: [NewTopic], validatingOnly: Bool = false, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [String] {
        try await ask(timeout) { core, deadline, done in
            core.createTopics(topics, validatingOnly: validatingOnly, until: deadline, then: done)
        }
    }

    /// Deletes those of the topics that exist, permanently.
    ///
    /// - Returns: the names of those that were deleted.
    @discardableResult
    public func deleteTopics(
        _ names: [String], timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [String] {
        try await ask(timeout) { core, deadline, done in core.deleteTopics(names, until: deadline, then: done) }
    }

    /// Raises a topic's number of partitions to `count`. Keys may map to other partitions after it.
    public func createPartitions(
        _ topic: String, count: Int32, timeout: Duration = .seconds(30)
    ) async throws(ClientError) {
        try await ask(timeout) { core, deadline, done in
            core.createPartitions(topic, count: count, until: deadline, then: done)
        }
    }

    /// A topic's settings, by name.
    public func configs(
        ofTopic topic: String, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [ConfigEntry] {
        try await ask(timeout) { core, deadline, done in core.configs(ofTopic: topic, until: deadline, then: done) }
    }

    /// Changes some of a topic's settings. The others stay as they are (KIP-339).
    public func alterConfigs(
        ofTopic topic: String, _ changes: [String: ConfigChange], timeout: Duration = .seconds(30)
    ) async throws(ClientError) {
        try await ask(timeout) { core, deadline, done in
            core.alterConfigs(ofTopic: topic, changes, until: deadline, then: done)
        }
    }

    /// Offsets of partitions by time. Left out where no record is that new.
    public func offsets(
        at times: [TopicPartition: OffsetTime], isolation: IsolationLevel = .readUncommitted,
        timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [TopicPartition: Int64] {
        let found: [TopicPartition: Int64?] = try await ask(timeout) { core, deadline, done in
            core.offsets(times, isolation: isolation, until: deadline, then: done)
        }
        return found.compactMapValues(\.self)
    }

    /// Deletes the records before these offsets permanently; before the high watermark for -1.
    ///
    /// - Returns: the oldest offset of each partition after that.
    @discardableResult
    public func deleteRecords(
        before offsets: [TopicPartition: Int64], timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [TopicPartition: Int64] {
        try await ask(timeout) { core, deadline, done in
            core.deleteRecords(before: offsets, until: deadline, then: done)
        }
    }
}
