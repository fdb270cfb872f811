import CRdKafka

extension LibrdkafkaConsumer {
    /// How many partitions a topic has. Blocks; any thread.
    ///
    /// - Throws: ``KafkaError``: the topic does not exist (retriable: it may be made), or no broker answered in time.
    func partitionCount(of topic: String, timeout: Duration = .seconds(10)) throws(KafkaError) -> Int32 {
        try handle.enter()
        defer { handle.leave() }
        let context = "\(name): partitions of \(topic)"
        guard let object = rd_kafka_topic_new(handle.client, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), in: context)
                ?? KafkaError(code: .invalidArgument, message: "not a topic's name", context: topic)
        }
        defer { rd_kafka_topic_destroy(object) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        if let error = KafkaError(
            rd_kafka_metadata(handle.client, 0, object, &metadata, timeout.milliseconds), in: context)
        {
            throw error
        }
        guard let metadata else { throw KafkaError(code: .state, message: "no metadata", context: context) }
        defer { rd_kafka_metadata_destroy(metadata) }
        let entry = metadata.pointee.topics[0]
        if let error = KafkaError(entry.err, in: context) { throw error }
        return entry.partition_cnt
    }
}
