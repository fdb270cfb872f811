import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// Makes the platform's topics where they are missing, with a partition for each home at least, and remembers the count
/// of homes.
enum TopicSetup {
    /// - Parameter patience: how long to wait for a broker that does not answer; nil for one that is known to be there.
    /// - Returns: the cluster's id; nil where the broker says none.
    @discardableResult
    static func prepare(_ settings: KafkaSettings, patience: Duration? = nil, logger: Logger) async throws -> String? {
        if let patience { try await BrokerContact.require(settings, limit: patience, advice: advice) }
        let admin = try KafkaAdmin(settings: settings, clientID: "orders-setup", logger: logger)
        do {
            let cluster = try await prepare(admin, settings, logger)
            await admin.close()
            return cluster
        } catch {
            await admin.close()
            if let right = MissingRight(error, principal: settings.principal, needs: .start) {
                throw PlatformError("\(right)")
            }
            guard let error = error as? KafkaError, error.isRetriable else { throw error }
            throw PlatformError(
                "no Kafka broker answers at \(settings.bootstrapServers): \(error). \(advice)")
        }
    }

    private static let advice = "Start one with `orders broker`, or name another one with KAFKA_BOOTSTRAP_SERVERS."

    private static func prepare(_ admin: KafkaAdmin, _ settings: KafkaSettings, _ logger: Logger) async throws
        -> String?
    {
        let platform = PlatformLayout(kafka: settings, admin: admin, logger: logger)
        let found = try await platform.find()
        if let move = found?.move { throw LayoutError.moving(move) }
        let homes = found?.homes ?? Topics.defaultPartitions
        let specs = Topology.topicSpecs(homes: homes)
        // Those that are there need no right to make topics.
        let cluster = try await admin.metadata()
        let missing = specs.filter { spec in cluster[topic: spec.name].map { $0.error != nil } ?? true }
        let made = try await admin.createTopics(NewTopic.topics(missing, settings, on: cluster))
        if !made.isEmpty { logger.info("topics made", metadata: ["topics": "\(made)"]) }
        let layout = try await platform.establish(
            found ?? HomeLayout(homes: homes, since: Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())))
        if let move = layout.move { throw LayoutError.moving(move) }
        try await grow(specs, admin, logger)
        let metadata = try await admin.metadata()
        await review(specs, on: admin, metadata, logger)
        return metadata.clusterID
    }

    /// Remembers a count, unless one is remembered. Gives the one that holds.
    static func remember(_ homes: Int32, _ settings: KafkaSettings, logger: Logger) async throws -> Int32 {
        let admin = try KafkaAdmin(settings: settings, clientID: "orders-setup", logger: logger)
        do {
            try await admin.createTopics(
                NewTopic.topics(Topics.auxiliarySpecs, settings, on: try await admin.metadata()))
            let layout = try await PlatformLayout(kafka: settings, admin: admin, logger: logger)
                .establish(HomeLayout(homes: homes, since: Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())))
            await admin.close()
            return layout.homes
        } catch {
            await admin.close()
            throw error
        }
    }

    /// Gives each topic that has too few partitions a partition for each home.
    static func grow(_ specs: [TopicSpec], _ admin: KafkaAdmin, _ logger: Logger) async throws {
        let metadata = try await admin.metadata()
        for spec in specs where spec.partitions > 1 {
            guard let topic = metadata[topic: spec.name], topic.partitions.count < Int(spec.partitions) else {
                continue
            }
            logger.notice(
                "a topic had fewer partitions than there are homes and was given more",
                metadata: [
                    "topic": "\(spec.name)", "partitions": "\(topic.partitions.count)", "homes": "\(spec.partitions)",
                ])
            try await admin.createPartitions(topic: spec.name, total: Int(spec.partitions))
        }
    }
}
