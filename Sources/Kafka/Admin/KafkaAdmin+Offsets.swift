import CRdKafka

extension KafkaAdmin {
    /// The offsets that a group has committed: all of them, or those of the given partitions. Empty if there is no such group.
    public func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition]? = nil, timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await request("committed offsets of group \(group)", timeout: timeout) { client, options, queue in
            var wanted: OpaquePointer?
            if let partitions {
                let list = TopicPartitionList(partitions)
                wanted = rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer)
            } else {
                wanted = rd_kafka_ListConsumerGroupOffsets_new(group, nil)
            }
            rd_kafka_ListConsumerGroupOffsets(client, &wanted, 1, options, queue)
            rd_kafka_ListConsumerGroupOffsets_destroy(wanted)
        } result: { event, context throws(KafkaError) in
            var count = 0
            let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
            guard count == 1, let group = groups?[0] else { return [:] }
            try Self.checkGroup(group, context)
            return rd_kafka_group_result_partitions(group).map { TopicPartitionList.offsets(of: $0) } ?? [:]
        }
    }

    /// Sets a group's committed offsets; the group must have no members.
    public func alterOffsets(
        ofGroup group: String, _ offsets: [TopicPartition: Int64], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try await request("altering offsets of group \(group)", timeout: timeout) { client, options, queue in
            let list = TopicPartitionList(offsets)
            var change = rd_kafka_AlterConsumerGroupOffsets_new(group, list.pointer)
            rd_kafka_AlterConsumerGroupOffsets(client, &change, 1, options, queue)
            rd_kafka_AlterConsumerGroupOffsets_destroy(change)
        } result: { event, context throws(KafkaError) in
            var count = 0
            let result = rd_kafka_event_AlterConsumerGroupOffsets_result(event)
            let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count)
            for group in UnsafeBufferPointer(start: groups, count: count) { try Self.checkGroup(group!, context) }
        }
    }

    /// The partitions' oldest offsets.
    public func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .beginning, timeout)
    }

    /// The offsets that the partitions' next records will get; where a transaction is open, the offset of its first record.
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

    /// How far a group is behind, in the partitions where it has committed something and in all of `topics`.
    ///
    /// Counted in offsets, as every tool does. A partition whose newest entry is a transaction marker shows 1 to a group
    /// that committed "last record + 1"; see ``KafkaConsumer/position(_:)``.
    public func lag(
        ofGroup group: String, topics: [String] = [], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> GroupLag {
        let committed = try await committedOffsets(ofGroup: group, timeout: timeout)
        let partitions = Set(committed.keys).union(try await self.partitions(ofTopics: topics, timeout: timeout)).sorted()
        let uncommitted = partitions.filter { committed[$0] == nil }
        let begins = try await beginningOffsets(uncommitted, timeout: timeout)
        let ends = try await endOffsets(partitions, timeout: timeout)
        return GroupLag(group: group, committed: committed, begins: begins, ends: ends)
    }

    /// Deletes the records before these offsets for good.
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
            guard let list = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event)) else { return [:] }
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
            if let error = KafkaError(rd_kafka_offsets_for_times(client, list.pointer, timeout.milliseconds), in: context)
                ?? list.firstError(in: context)
            {
                throw error
            }
            return list.offsets
        }
    }
}
