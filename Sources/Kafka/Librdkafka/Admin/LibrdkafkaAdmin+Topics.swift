import CRdKafka

extension LibrdkafkaAdmin {
    /// Makes those of the topics that do not exist yet; the others are left as they are.
    /// - Returns: the names of those that were made.
    /// - Throws: ``KafkaError`` for the first topic that was refused (others may have been made).
    @discardableResult
    func createTopics(_ topics: [NewTopic], timeout: Duration = .seconds(30)) async throws(KafkaError)
        -> [String]
    {
        guard !topics.isEmpty else { return [] }
        // Says which one is wrong, before anything is sent.
        for topic in topics { rd_kafka_NewTopic_destroy(try Self.make(topic)) }
        return try await request("creating topics", timeout: timeout) { client, options, queue in
            var made: [OpaquePointer?] = topics.map { try? Self.make($0) }  // cannot fail: it did not above
            rd_kafka_CreateTopics(client, &made, made.count, options, queue)
            made.forEach { rd_kafka_NewTopic_destroy($0) }
        } result: { event, context throws(KafkaError) in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            return try Self.names(results, count, context, ignoring: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        }
    }

    /// Deletes those of the topics that exist, with all their records.
    /// - Returns: the names of those that were deleted.
    @discardableResult
    func deleteTopics(_ names: [String], timeout: Duration = .seconds(30)) async throws(KafkaError) -> [String] {
        guard !names.isEmpty else { return [] }
        return try await request("deleting topics", timeout: timeout) { client, options, queue in
            var topics: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
            rd_kafka_DeleteTopics(client, &topics, topics.count, options, queue)
            topics.forEach { rd_kafka_DeleteTopic_destroy($0) }
        } result: { event, context throws(KafkaError) in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            return try Self.names(results, count, context, ignoring: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        }
    }

    /// Raises a topic's number of partitions to `total`. Keys then map to other partitions than before.
    func createPartitions(topic: String, total: Int, timeout: Duration = .seconds(30)) async throws(KafkaError) {
        var reason = [CChar](repeating: 0, count: 256)
        guard let checked = rd_kafka_NewPartitions_new(topic, total, &reason, reason.count) else {
            throw KafkaError(
                code: .invalidArgument, message: Self.text(reason), context: "\(name): adding partitions to \(topic)")
        }
        rd_kafka_NewPartitions_destroy(checked)
        try await request("adding partitions to \(topic)", timeout: timeout) { client, options, queue in
            var partitions = rd_kafka_NewPartitions_new(topic, total, nil, 0)
            rd_kafka_CreatePartitions(client, &partitions, 1, options, queue)
            rd_kafka_NewPartitions_destroy(partitions)
        } result: { event, context throws(KafkaError) in
            var count = 0
            let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count)
            _ = try Self.names(results, count, context)
        }
    }

    private static func make(_ topic: NewTopic) throws(KafkaError) -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: 256)
        guard
            let made = rd_kafka_NewTopic_new(
                topic.name, topic.partitions, topic.replicationFactor, &reason, reason.count)
        else {
            throw KafkaError(code: .invalidArgument, message: text(reason), context: "creating topic \"\(topic.name)\"")
        }
        for (name, value) in topic.configuration { rd_kafka_NewTopic_set_config(made, name, value) }
        return made
    }

    private static func text(_ characters: [CChar]) -> String {
        characters.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// The topics that went well; throws the first error that is not to be ignored.
    private static func names(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, _ context: String,
        ignoring: rd_kafka_resp_err_t = RD_KAFKA_RESP_ERR_NO_ERROR
    ) throws(KafkaError) -> [String] {
        var names: [String] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            let name = String(cString: rd_kafka_topic_result_name(result))
            let code = rd_kafka_topic_result_error(result)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                names.append(name)
            } else if code != ignoring {
                let message = rd_kafka_topic_result_error_string(result) ?? rd_kafka_err2str(code)!
                throw KafkaError(
                    code: KafkaError.Code(code), message: String(cString: message), context: "\(context): \(name)")
            }
        }
        return names
    }
}
