import ArgumentParser
import EmbeddedBroker
import Foundation
import Kafka
import Logging

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "List the topics, or change with how many partitions orders are given their homes.",
        subcommands: [TopicList.self, TopicRepartition.self, TopicRemember.self], defaultSubcommand: TopicList.self)
}

/// The options of the commands that change the layout: of a Kafka that is named or runs on the data directory, or of a
/// stopped platform.
struct LayoutOptions: ParsableArguments {
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    /// Runs `body` with the platform's Kafka; on a stopped platform's data directory with a broker of its own.
    func withKafka(_ body: (KafkaSettings) async throws -> Void) async throws {
        try log.bootstrap(environment: processEnvironment)
        let isNamed = kafka.kafka != nil || !processEnvironment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty
        let running = isNamed ? nil : Endpoints.read(from: data.dataDir)
        if isNamed || running != nil {
            var environment = processEnvironment
            if let running { environment["KAFKA_BOOTSTRAP_SERVERS"] = try running.kafka(for: environment) }
            return try await body(try kafka.settings(environment: environment))
        }
        guard FileManager.default.fileExists(atPath: data.brokerDirectory) else {
            throw PlatformError(
                "there is no platform in \(data.dataDir): name its data directory with --data-dir, or its Kafka with --kafka."
            )
        }
        let (broker, address) = try await BrokerService.start(
            data.broker(at: HostPort(host: "127.0.0.1", port: 0), environment: processEnvironment),
            logger: Logger(label: "broker"))
        do {
            try await body(KafkaSettings(bootstrapServers: "\(address)"))
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }
}
