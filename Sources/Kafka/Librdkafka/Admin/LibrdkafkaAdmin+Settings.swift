import CRdKafka

extension LibrdkafkaAdmin {
    /// A topic's settings, sorted by name.
    func settings(ofTopic topic: String, timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicSetting]
    {
        try await request("describing settings of topic \(topic)", timeout: timeout) { client, options, queue in
            var resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
            rd_kafka_DescribeConfigs(client, &resource, 1, options, queue)
            rd_kafka_ConfigResource_destroy(resource)
        } result: { event, context throws(KafkaError) in
            var count = 0
            let resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count == 1, let resource = resources?[0] else { return [] }
            try Self.checkResource(resource, context)
            var entries = 0
            let list = rd_kafka_ConfigResource_configs(resource, &entries)
            return UnsafeBufferPointer(start: list, count: entries).map { TopicSetting($0!) }.sorted {
                $0.name < $1.name
            }
        }
    }

    /// Changes some of a topic's settings: a value sets, nil goes back to the default. The others stay.
    ///
    /// Not atomic with others' changes: librdkafka 2.0.2 can only replace all settings of a topic, so they are read
    /// first.
    func alterSettings(
        ofTopic topic: String, _ changes: [String: String?], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) {
        var settings: [String: String] = [:]
        for setting in try await self.settings(ofTopic: topic, timeout: timeout)
        where !setting.isDefault && !setting.isReadOnly {
            settings[setting.name] = setting.value
        }
        for (name, value) in changes { settings[name] = value }
        let wanted = settings
        try await request("altering settings of topic \(topic)", timeout: timeout) { client, options, queue in
            var resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
            for (name, value) in wanted { rd_kafka_ConfigResource_set_config(resource, name, value) }
            rd_kafka_AlterConfigs(client, &resource, 1, options, queue)
            rd_kafka_ConfigResource_destroy(resource)
        } result: { event, context throws(KafkaError) in
            var count = 0
            let resources = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count)
            for resource in UnsafeBufferPointer(start: resources, count: count) {
                try Self.checkResource(resource!, context)
            }
        }
    }

    private static func checkResource(_ resource: OpaquePointer, _ context: String) throws(KafkaError) {
        let code = rd_kafka_ConfigResource_error(resource)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let message = rd_kafka_ConfigResource_error_string(resource) ?? rd_kafka_err2str(code)!
        throw KafkaError(code: KafkaError.Code(code), message: String(cString: message), context: context)
    }
}

extension TopicSetting {
    init(_ entry: OpaquePointer) {
        name = String(cString: rd_kafka_ConfigEntry_name(entry))
        value = rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) }
        isDefault = rd_kafka_ConfigEntry_is_default(entry) == 1
        isReadOnly = rd_kafka_ConfigEntry_is_read_only(entry) == 1
    }
}
