import CRdKafka

extension KafkaAdmin {
    /// The offsets that a group has committed, for those of the partitions that have one. Empty if there is no such
    /// group.
    public func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        return try await blocking { [readers] _ throws(KafkaError) in
            try readers.reader(of: group).committed(partitions, timeout: timeout)
        }
    }

    /// The partitions' oldest offsets.
    public func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .beginning, timeout)
    }

    /// The offsets that the partitions' next records will get; where a transaction is open, the offset of its first
    /// record.
    public func endOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .end, timeout)
    }

    /// All partitions of these topics.
    public func partitions(ofTopics names: [String], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicPartition]
    {
        var partitions: [TopicPartition] = []
        for name in names {
            guard let topic = try await metadata(topic: name, timeout: timeout)[topic: name] else { continue }
            if let error = topic.error { throw error }
            partitions += topic.partitions.map { TopicPartition(topic: name, partition: $0.id) }
        }
        return partitions
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
        guard !offsets.isEmpty else { return [:] }
        return try await request("deleting records", timeout: timeout) { client, options, queue in
            let list = TopicPartitionList(offsets)
            var deletion = rd_kafka_DeleteRecords_new(list.pointer)
            rd_kafka_DeleteRecords(client, &deletion, 1, options, queue)
            rd_kafka_DeleteRecords_destroy(deletion)
        } result: { event, context throws(KafkaError) in
            guard let list = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event)) else {
                return [:]
            }
            if let error = TopicPartitionList.firstError(of: list, in: context) { throw error }
            return TopicPartitionList.offsets(of: list)
        }
    }

    private func offsets(
        _ partitions: [TopicPartition], at place: StartOffset, _ timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let context = "\(name): offsets"
        return try await blocking { client throws(KafkaError) in
            // One request a broker: the protocol's special timestamps -2 and -1 ask for the beginning and the end,
            // and so do librdkafka's logical offsets, by no accident.
            let list = TopicPartitionList(partitions.lazy.map { (key: $0, value: place.rawOffset) })
            if let error = KafkaError(
                rd_kafka_offsets_for_times(client, list.pointer, timeout.milliseconds), in: context)
                ?? list.firstError(in: context)
            {
                throw error
            }
            return list.offsets
        }
    }
}
