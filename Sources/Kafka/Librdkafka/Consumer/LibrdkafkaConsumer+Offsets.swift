import CRdKafka

extension LibrdkafkaConsumer {
    /// The offset after the last record delivered by `poll`, for each of the partitions that has one.
    /// Any thread; waits for a poll that another thread is in.
    ///
    /// It is also past transaction markers that follow that record, as the record's own offset + 1 is not.
    /// Committed as it is once a whole batch is processed, it makes a group that has read everything show no lag.
    /// After `seek`, a partition has no position until it delivers again.
    func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try handle.enter()
        defer { handle.leave() }
        let result = polling.betweenPolls { () -> Result<[TopicPartition: Int64], KafkaError> in
            // When a rebalance comes up while a poll takes records, librdkafka 2.0.2 takes back those of that very
            // call, but counts them as delivered: its position would skip them. Ours counts what came out of `poll`.
            if polling.positionsAreOff { return .success(deliveredPositions(partitions)) }
            let list = TopicPartitionList(partitions)
            if let error = KafkaError(rd_kafka_position(handle.client, list.pointer), in: "\(name): position") {
                return .failure(error)
            }
            return .success(list.offsets.merging(reachedEnds(of: partitions)) { max($0, $1) })
        }
        return try result.get()
    }

    private func reachedEnds(of partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        if polling.reachedEnds.isEmpty { return [:] }
        var ends: [TopicPartition: Int64] = [:]
        for partition in partitions {
            guard let topic = topics.knownID(named: partition.topic) else { continue }
            ends[partition] = polling.reachedEnds[PollState.Place(topic: topic, partition: partition.partition)]
        }
        return ends
    }

    private func deliveredPositions(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        for partition in partitions {
            guard let topic = topics.knownID(named: partition.topic) else { continue }
            positions[partition] = polling.delivered[PollState.Place(topic: topic, partition: partition.partition)]
        }
        return positions
    }

    /// The group's committed offsets, for those of the partitions that have one. Blocks; any thread.
    func committed(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(partitions)
        let context = "\(name): committed offsets of group \(group ?? "-")"
        if let error = KafkaError(rd_kafka_committed(handle.client, list.pointer, timeout.milliseconds), in: context)
            ?? list.firstError(in: context)
        {
            throw error
        }
        return list.offsets
    }

    /// Commits the offsets of the *next* records to read, outside any transaction, and waits for the broker's answer.
    /// Blocks.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(offsets)
        let context = "\(name): committing to group \(group ?? "-")"
        if let error = KafkaError(rd_kafka_commit(handle.client, list.pointer, 0), in: context)
            ?? list.firstError(in: context)
        {
            throw error
        }
    }

    /// Asks the broker for a partition's first and next offset. Blocks; any thread.
    func watermarks(
        _ partition: TopicPartition, timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> Watermarks {
        try handle.enter()
        defer { handle.leave() }
        return try Watermarks.query(
            handle.client, partition, timeout: timeout, in: "\(name): watermarks of \(partition)")
    }

    /// The partitions' oldest offsets, by one request a broker. Blocks; any thread.
    func beginnings(of partitions: [TopicPartition], timeout: Duration = .seconds(10)) throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        try offsets(at: .beginning, of: partitions, timeout)
    }

    /// The offsets that the partitions' next records will get, or of the first record of an open transaction. Blocks;
    /// any thread.
    func ends(of partitions: [TopicPartition], timeout: Duration = .seconds(10)) throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        try offsets(at: .end, of: partitions, timeout)
    }

    /// The protocol's special timestamps -2 and -1 ask for the beginning and the end, and so do librdkafka's logical
    /// offsets.
    private func offsets(
        at place: StartOffset, of partitions: [TopicPartition], _ timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(
            forTimes: Dictionary(uniqueKeysWithValues: partitions.map { ($0, place.rawOffset) }), timeout: timeout)
    }

    /// For each partition, the first offset with a timestamp (milliseconds since 1970) of at least the one given;
    /// left out where there is none. Blocks; any thread.
    func offsets(
        forTimes times: [TopicPartition: Int64], timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !times.isEmpty else { return [:] }
        try handle.enter()
        defer { handle.leave() }
        let list = TopicPartitionList(times)
        let context = "\(name): offsets by time"
        if let error = KafkaError(
            rd_kafka_offsets_for_times(handle.client, list.pointer, timeout.milliseconds), in: context)
            ?? list.firstError(in: context)
        {
            throw error
        }
        return list.offsets
    }
}

extension Watermarks {
    static func query(
        _ client: OpaquePointer, _ partition: TopicPartition, timeout: Duration, in context: String
    ) throws(KafkaError) -> Watermarks {
        var low: Int64 = 0
        var high: Int64 = 0
        let result = rd_kafka_query_watermark_offsets(
            client, partition.topic, partition.partition, &low, &high, timeout.milliseconds)
        if let error = KafkaError(result, in: context) { throw error }
        return Watermarks(low: low, high: high)
    }
}
