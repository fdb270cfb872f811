import Logging

/// Looks after topics, groups and offsets. Everything is asynchronous, and each call is bounded by its timeout. With
/// librdkafka calls run one after another: where one caller must not wait for another's slow call, use two of these.
public final class KafkaAdmin: Sendable {
    /// Shown by brokers and in logs.
    public let clientID: String
    let driver: any AdminDriver

    /// - Parameters:
    ///   - settings: which cluster, how, and by which library.
    ///   - clientID: shown by brokers and in logs.
    ///   - options: librdkafka properties of this client, weaker than the settings' overrides.
    ///   - logger: what the client library reports.
    /// - Throws: ``KafkaError/Code/invalidSetting``. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, clientID: String = "admin", options: [String: String] = [:], logger: Logger
    ) throws(KafkaError) {
        self.clientID = clientID
        driver =
            switch settings.library {
            case .librdkafka:
                try LibrdkafkaAdmin(settings: settings, clientID: clientID, options: options, logger: logger)
            case .swift: try SwiftAdmin(settings: settings, clientID: clientID, options: options, logger: logger)
            }
    }

    /// How the connection fares.
    public var status: ClientStatus { driver.status }

    /// Lets go of all connections; calls that are queued throw ``KafkaError/Code/closed``.
    /// - Returns: whether that was done within `timeout`; if not, the rest goes on in the background.
    @discardableResult
    public func close(timeout: Duration = .seconds(5)) async -> Bool { await driver.close(timeout: timeout) }
}

// MARK: Topics

extension KafkaAdmin {
    /// Asks a broker for the cluster's brokers and topics: all of them, or one. Also the plainest way to find out
    /// whether the cluster can be reached.
    public func metadata(topic: String? = nil, timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> ClusterMetadata
    {
        try await driver.metadata(topic: topic, timeout: timeout)
    }

    /// Makes those of the topics that do not exist yet; the others are left as they are.
    /// - Returns: the names of those that were made.
    /// - Throws: ``KafkaError`` for the first topic that was refused (others may have been made).
    @discardableResult
    public func createTopics(_ topics: [NewTopic], timeout: Duration = .seconds(30)) async throws(KafkaError)
        -> [String]
    {
        try await driver.createTopics(topics, timeout: timeout)
    }

    /// Deletes those of the topics that exist, with all their records.
    /// - Returns: the names of those that were deleted.
    @discardableResult
    public func deleteTopics(_ names: [String], timeout: Duration = .seconds(30)) async throws(KafkaError) -> [String] {
        try await driver.deleteTopics(names, timeout: timeout)
    }

    /// Raises a topic's number of partitions to `total`. Keys then map to other partitions than before.
    public func createPartitions(topic: String, total: Int, timeout: Duration = .seconds(30)) async throws(KafkaError) {
        try await driver.createPartitions(topic: topic, total: total, timeout: timeout)
    }

    /// A topic's settings, sorted by name.
    public func settings(ofTopic topic: String, timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [TopicSetting]
    {
        try await driver.settings(ofTopic: topic, timeout: timeout)
    }

    /// Changes some of a topic's settings: a value sets, nil goes back to the default. The others stay.
    ///
    /// With librdkafka not atomic with others' changes: its version 2.0.2 can only replace all settings of a topic, so
    /// they are read first.
    public func alterSettings(
        ofTopic topic: String, _ changes: [String: String?], timeout: Duration = .seconds(10)
    ) async throws(KafkaError) {
        try await driver.alterSettings(ofTopic: topic, changes, timeout: timeout)
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
}
