extension KafkaConsumer {
    /// The offset after the last record delivered by `poll`, for each of the partitions that has one.
    /// Any thread; waits for a poll that another thread is in.
    ///
    /// It is also past transaction markers that follow that record, as the record's own offset + 1 is not.
    /// Committed as it is once a whole batch is processed, it makes a group that has read everything show no lag.
    /// After `seek`, a partition has no position until it delivers again.
    public func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try driver.position(partitions)
    }

    /// The group's committed offsets, for those of the partitions that have one. Blocks; any thread.
    public func committed(
        _ partitions: [TopicPartition], timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try driver.committed(partitions, timeout: timeout)
    }

    /// Commits the offsets of the *next* records to read, outside any transaction, and waits for the broker's answer.
    /// Blocks.
    public func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) { try driver.commit(offsets) }

    /// Asks the broker for a partition's first and next offset. Blocks; any thread.
    public func watermarks(
        _ partition: TopicPartition, timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> Watermarks {
        try driver.watermarks(partition, timeout: timeout)
    }

    /// The partitions' oldest offsets, by one request a broker. Blocks; any thread.
    public func beginnings(of partitions: [TopicPartition], timeout: Duration = .seconds(10)) throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        try driver.beginnings(of: partitions, timeout: timeout)
    }

    /// The offsets that the partitions' next records will get, or of the first record of an open transaction. Blocks;
    /// any thread.
    public func ends(of partitions: [TopicPartition], timeout: Duration = .seconds(10)) throws(KafkaError)
        -> [TopicPartition: Int64]
    {
        try driver.ends(of: partitions, timeout: timeout)
    }

    /// For each partition, the first offset with a timestamp (milliseconds since 1970) of at least the one given;
    /// left out where there is none. Blocks; any thread.
    public func offsets(
        forTimes times: [TopicPartition: Int64], timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try driver.offsets(forTimes: times, timeout: timeout)
    }

    /// How many partitions a topic has. Blocks; any thread.
    ///
    /// - Throws: ``KafkaError``: the topic does not exist (retriable: it may be made), or no broker answered in time.
    public func partitionCount(of topic: String, timeout: Duration = .seconds(10)) throws(KafkaError) -> Int32 {
        try driver.partitionCount(of: topic, timeout: timeout)
    }
}
