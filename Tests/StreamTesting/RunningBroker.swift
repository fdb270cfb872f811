import EmbeddedBroker
import Foundation
import Kafka
import Logging
import OrderEvents
import Synchronization

/// The platform's own broker in a temporary directory, with the topics that a test names: for whoever has Kafka clients.
package final class RunningBroker: Sendable {
    package let settings: KafkaSettings
    package let admin: KafkaAdmin
    package let logger: Logger
    /// Where it writes. Whatever lies beside it under a name that begins with this one is removed, too.
    package let directory: String
    private let configuration: EmbeddedBrokerConfiguration
    private let broker: Mutex<EmbeddedBroker>

    /// Says nothing but what is critical.
    package static var quiet: Logger {
        var logger = Logger(label: "broker-test")
        logger.logLevel = .critical
        return logger
    }

    /// Starts a broker, makes its topics and hands it to `body`; then stops it and removes what it wrote.
    package static func run(
        _ specs: [TopicSpec], logger: Logger = quiet,
        configure: (inout EmbeddedBrokerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (RunningBroker) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "broker-\(UUID().uuidString)"
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory)
        configuration.port = 0
        configuration.durability = .relaxed
        configure(&configuration)
        let running = try await RunningBroker(configuration, logger)
        let result: Result<Void, any Error>
        do {
            if !specs.isEmpty {
                try await running.admin.createTopics(specs.map { NewTopic(name: $0.name, partitions: $0.partitions) })
            }
            try await body(running)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await running.admin.close()
        await running.stop()
        let parent = URL(fileURLWithPath: directory).deletingLastPathComponent()
        for name in try FileManager.default.contentsOfDirectory(atPath: parent.path)
        where name.hasPrefix(URL(fileURLWithPath: directory).lastPathComponent) {
            try FileManager.default.removeItem(at: parent.appendingPathComponent(name))
        }
        try result.get()
    }

    private init(_ configuration: EmbeddedBrokerConfiguration, _ logger: Logger) async throws {
        let broker = EmbeddedBroker(configuration: configuration, logger: logger)
        let address = try await broker.start()
        self.broker = Mutex(broker)
        self.logger = logger
        directory = configuration.dataDirectory
        settings = KafkaSettings(bootstrapServers: "\(address)")
        admin = try KafkaAdmin(settings: settings, logger: logger)
        var fixed = configuration
        fixed.port = address.port
        self.configuration = fixed
    }

    /// Stops the broker; once more does nothing.
    package func stop() async { await broker.withLock { $0 }.stop() }

    /// Starts it again on its port and its directory, after ``stop()``.
    package func restart() async throws {
        let next = EmbeddedBroker(configuration: configuration, logger: logger)
        _ = try await next.start()
        broker.withLock { $0 = next }
    }
}
