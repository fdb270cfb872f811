extension KafkaAdmin {
    /// All groups of the cluster, by name.
    public func listGroups(timeout: Duration = .seconds(30)) async throws(ClientError) -> [GroupListing] {
        try await ask(timeout) { core, deadline, done in core.listGroups(until: deadline, then: done) }
    }

    /// The states and members of groups, in the order of the names.
    public func describe(
        groups names: [String], timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [GroupDescription] {
        try await ask(timeout) { core, deadline, done in core.describe(groups: names, until: deadline, then: done) }
    }

    /// Deletes groups without members, with their offsets. Names that no group has are skipped.
    public func deleteGroups(_ names: [String], timeout: Duration = .seconds(30)) async throws(ClientError) {
        try await ask(timeout) { core, deadline, done in core.deleteGroups(names, until: deadline, then: done) }
    }

    /// What a group has committed, for those of the partitions that have a commit.
    ///
    /// - Parameters:
    ///   - group: its id.
    ///   - partitions: nil for all that it has committed.
    ///   - timeout: until when an answer is waited for, tries again included.
    public func committed(
        _ group: String, _ partitions: [TopicPartition]? = nil, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> [TopicPartition: CommittedOffset] {
        try await ask(timeout) { core, deadline, done in
            core.committed(group, partitions, until: deadline, then: done)
        }
    }

    /// Sets a group's offsets. Refused while the group has members.
    public func commit(
        _ group: String, _ offsets: [TopicPartition: CommittedOffset], timeout: Duration = .seconds(30)
    ) async throws(ClientError) {
        try await ask(timeout) { core, deadline, done in core.commit(group, offsets, until: deadline, then: done) }
    }
}
