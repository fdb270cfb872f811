import ArgumentParser
import Foundation
import Kafka
import Logging

/// What the tools that look at Kafka are told.
struct ToolOptions: ParsableArguments {
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    /// Flag, then environment, then what runs in the data directory, then the default.
    func settings() throws -> KafkaSettings {
        try log.bootstrap(environment: processEnvironment)
        var environment = processEnvironment
        if kafka.kafka == nil, environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty,
            let running = Endpoints.read(from: data.dataDir)
        {
            environment["KAFKA_BOOTSTRAP_SERVERS"] = running.kafka
        }
        return try kafka.settings(environment: environment)
    }

    /// Runs `body` with an admin client, and says what to do if no broker answers.
    func withAdmin<R>(_ body: (KafkaAdmin) async throws -> R) async throws -> R {
        let settings = try settings()
        // What goes wrong is said once, at the end; the client's own words come with --log-level.
        var logger = Logger(label: "kafka")
        if log.logLevel == nil { logger.logLevel = .critical }
        let admin = try KafkaAdmin(settings: settings, clientID: "orders-tool", logger: logger)
        do {
            let result = try await body(admin)
            await admin.close()
            return result
        } catch {
            let isAway = admin.status.allBrokersDown
            await admin.close()
            guard let error = error as? KafkaError, isAway || error.isRetriable else { throw error }
            throw PlatformError(
                "no Kafka broker answers at \(settings.bootstrapServers): \(error.message). Is the platform running? Name another broker with --kafka or KAFKA_BOOTSTRAP_SERVERS.")
        }
    }
}
