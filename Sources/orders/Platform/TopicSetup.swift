import Kafka
import Logging
import OrderEvents
import OrderServices

/// Makes the platform's topics where they are missing and checks that those which are joined fit together.
enum TopicSetup {
    /// - Returns: the cluster's id; nil where the broker says none.
    @discardableResult
    static func prepare(_ settings: KafkaSettings, logger: Logger) async throws -> String? {
        let admin = try KafkaAdmin(settings: settings, clientID: "orders-setup", logger: logger)
        do {
            let cluster = try await prepare(admin, logger)
            await admin.close()
            return cluster
        } catch {
            await admin.close()
            guard let error = error as? KafkaError, error.isRetriable else { throw error }
            throw PlatformError(
                "no Kafka broker answers at \(settings.bootstrapServers): \(error). Start one with `orders broker`, or set KAFKA_BOOTSTRAP_SERVERS.")
        }
    }

    private static func prepare(_ admin: KafkaAdmin, _ logger: Logger) async throws -> String? {
        let specs = Topics.specs()
        let isEmbedded = TopicSetup.isEmbedded(try await admin.metadata())
        let made = try await admin.createTopics(
            (specs + deadLetterSpecs + Topics.auxiliarySpecs).map { isEmbedded ? $0 : $0.forOtherKafka() }.map {
                NewTopic(name: $0.name, partitions: $0.partitions, configuration: $0.config)
            })
        if !made.isEmpty { logger.info("topics made", metadata: ["topics": "\(made)"]) }
        let metadata = try await admin.metadata()
        await review(specs + deadLetterSpecs + Topics.auxiliarySpecs, on: admin, metadata, logger)
        let counts = specs.compactMap { spec in metadata[topic: spec.name].map { (spec.name, $0.partitions.count) } }
        guard Set(counts.map(\.1)).count <= 1 else {
            let list = counts.map { "\($0.0) has \($0.1)" }.joined(separator: ", ")
            throw PlatformError("the topics are joined by partition and must have the same number of partitions: \(list). Make them alike.")
        }
        return metadata.clusterID
    }

    /// Made beforehand: a cluster may not make topics by itself, or with another retention than dead letters deserve.
    private static var deadLetterSpecs: [TopicSpec] {
        ServiceFactory.definitions.flatMap { definition in
            definition.inputs.map { Topics.deadLetterSpec(topic: $0, group: definition.group) }
        }
    }
}
