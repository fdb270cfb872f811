import CRdKafka

extension LibrdkafkaAdmin {
    /// The offsets that a group has committed, for those of the partitions that have one. Empty if there is no such
    /// group.
    func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        return try await blocking { [readers] _ throws(KafkaError) in
            try readers.reader(of: group).committed(partitions, timeout: timeout)
        }
    }

    /// The partitions' oldest offsets.
    func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .beginning, timeout)
    }

    /// The offsets that the partitions' next records will get; where a transaction is open, the offset of its first
    /// record.
    func endOffsets(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .end, timeout)
    }

    /// Deletes the records before these offsets permanently.
    /// - Returns: the partitions' oldest offsets after that.
    @discardableResult
    func deleteRecords(
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
