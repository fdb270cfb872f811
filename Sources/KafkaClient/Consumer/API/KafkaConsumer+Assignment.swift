extension KafkaConsumer {
    /// Joins the group and asks for a share of these topics. Takes effect in the polls that follow. Again: reads these
    /// topics instead.
    ///
    /// A topic that does not exist yet is read once it does.
    public func subscribe(
        _ topics: Set<String>, onRebalance: @escaping RebalanceHandler = { _ in [:] }
    ) async throws(ClientError) {
        handler.withLockedValue { $0 = onRebalance }
        try await attempt { core throws(ClientError) in try core.subscribe(topics) }
    }

    /// Reads these partitions from these places, with no group involved. Replaces what was assigned before.
    public func assign(_ starts: [TopicPartition: StartOffset]) async throws(ClientError) {
        try await attempt { core throws(ClientError) in try core.assign(starts) }
    }

    /// The partitions that are being read.
    public var assignment: [TopicPartition] {
        get async { await ask { core, done in done(core.partitions.keys.sorted()) } }
    }

    /// Goes on reading at other places. What was read ahead is dropped; no record from before comes after this.
    public func seek(_ starts: [TopicPartition: StartOffset]) async throws(ClientError) {
        try await attempt { core throws(ClientError) in try core.seek(starts) }
    }

    /// Stops handing out records of these partitions. The group goes on counting this member as their reader.
    public func pause(_ partitions: [TopicPartition]) async throws(ClientError) {
        try await attempt { core throws(ClientError) in try core.pause(partitions) }
    }

    /// Hands them out again, from after the last record that was handed out.
    public func resume(_ partitions: [TopicPartition]) async throws(ClientError) {
        try await attempt { core throws(ClientError) in try core.resume(partitions) }
    }

    /// The offset of the next record that polls hand out, for those of the partitions where it is known.
    ///
    /// It is also past transaction markers that follow the last record. Committed once all that was polled is processed,
    /// it makes a group that has read everything show no lag.
    public func positions(of partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
        await ask { core, done in done(core.positions(partitions)) }
    }
}
