import EmbeddedBroker
import Foundation
import Kafka
import Logging
import OrderEvents

/// The platform's own broker in a temporary directory, with the topics that a test names.
package struct RunningBroker: Sendable {
    package let settings: KafkaSettings
    package let admin: KafkaAdmin
    package let logger: Logger
    package let directory: String

    /// Starts a broker, makes its topics and hands it to `body`; then stops it and removes what it wrote.
    package static func run(
        _ specs: [TopicSpec], _ body: @escaping @Sendable (RunningBroker) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "broker-\(UUID().uuidString)"
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory)
        configuration.port = 0
        configuration.durability = .relaxed
        var logger = Logger(label: "broker-test")
        logger.logLevel = .critical
        let broker = EmbeddedBroker(configuration: configuration, logger: logger)
        let settings = KafkaSettings(bootstrapServers: "\(try await broker.start())")
        let admin = try KafkaAdmin(settings: settings, logger: logger)
        let result: Result<Void, any Error>
        do {
            try await admin.createTopics(specs.map { NewTopic(name: $0.name, partitions: $0.partitions) })
            try await body(RunningBroker(settings: settings, admin: admin, logger: logger, directory: directory))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await admin.close()
        await broker.stop()
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent()
        for name in try FileManager.default.contentsOfDirectory(atPath: parent.path)
        where name.hasPrefix(URL(fileURLWithPath: directory).lastPathComponent) {
            try FileManager.default.removeItem(at: parent.appendingPathComponent(name))
        }
        try result.get()
    }
}
