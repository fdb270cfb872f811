import ArgumentParser
import Foundation
import Kafka
import Logging
import StreamProcessing

/// The options of the tools that look at Kafka.
struct ToolOptions: ParsableArguments {
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    private static let servers = "KAFKA_BOOTSTRAP_SERVERS"

    /// Flags, then environment, then what runs in ./data, then the default.
    ///
    /// A data directory that is named means the platform of that directory and no other. A tool that went elsewhere
    /// because of a typing error could discard the dead letters of the wrong platform.
    func settings() throws -> KafkaSettings {
        try log.bootstrap(environment: processEnvironment)
        var environment = processEnvironment
        if kafka.kafka == nil, data.isNamed {
            guard let running = Endpoints.read(from: data.dataDir) else { throw noPlatform }
            environment[Self.servers] = try running.kafka(for: environment)
        } else if kafka.kafka == nil, environment[Self.servers, default: ""].isEmpty,
            let running = Endpoints.read(from: data.dataDir)
        {
            environment[Self.servers] = try running.kafka(for: environment)
        }
        return try kafka.settings(environment: environment)
    }

    private var noPlatform: PlatformError {
        let isThere = FileManager.default.fileExists(atPath: data.dataDir)
        let what =
            isThere
            ? "no platform runs on the data directory \(data.dataDir)" : "there is no data directory \(data.dataDir)"
        let other =
            processEnvironment[Self.servers, default: ""].isEmpty
            ? "" : " (or leave --data-dir out to use \(Self.servers))"
        return PlatformError(
            "\(what). Start it there, name the directory of one that runs, or name a broker with --kafka\(other).")
    }

    /// The settings of a broker that answers.
    func connected() async throws -> KafkaSettings {
        let settings = try settings()
        try await BrokerContact.require(settings, limit: .seconds(5), advice: Self.advice)
        return settings
    }

    static let advice = "Is the platform running? Name another broker with --kafka or KAFKA_BOOTSTRAP_SERVERS."

    /// Runs `body` with an admin client, and says what to do if no broker answers.
    func withAdmin<R>(_ body: (KafkaAdmin) async throws -> R) async throws -> R {
        let settings = try await connected()
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
            if let right = MissingRight(error, principal: settings.principal, needs: .init("this command")) {
                throw PlatformError("\(right)")
            }
            guard let error = error as? KafkaError, isAway || error.isRetriable else { throw error }
            guard isAway else {
                // The client library goes on asking for a group's coordinator that it has no right to know.
                let user = settings.principal.map { "the rights of the user \($0)" } ?? "this client's rights"
                throw PlatformError(
                    "Kafka answers at \(settings.bootstrapServers), but not this question: \(error.message). Check \(user), then the brokers' logs."
                )
            }
            throw PlatformError(
                "no Kafka broker answers at \(settings.bootstrapServers): \(error.message). \(Self.advice)")
        }
    }
}
