import EmbeddedBroker
import Foundation
import Logging

@testable import KafkaClient

/// The embedded broker in a temporary directory, for one test.
struct LocalBroker: BrokerOfTests {
    let cluster: ClusterSettings
    /// With an unreliable network before it, if the test wants one.
    let network: UnreliableNetwork?

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Runs a broker that makes topics of three partitions when they are asked for.
    ///
    /// - Parameters:
    ///   - seed: of the faults of a network before it; nil for the plain one.
    ///   - transactionVersion: 2 for transactions with epochs of their own (KIP-890).
    static func run(
        seed: UInt64? = nil, transactionVersion: Int16 = 2, _ body: (LocalBroker) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "kafka-client-\(UUID().uuidString)"
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: directory)
        configuration.port = 0
        configuration.durability = .relaxed
        configuration.defaultPartitions = 3
        configuration.transactionVersion = transactionVersion
        let network = try await seed.asyncMap { try await UnreliableNetwork(seed: $0) }
        if let network { configuration.advertised = BoundAddress(host: "127.0.0.1", port: network.port) }
        let broker = EmbeddedBroker(configuration: configuration, logger: quiet)
        let address = try await broker.start()
        network?.lead(to: address.port)
        var cluster = ClusterSettings(bootstrapServers: [.init(host: "127.0.0.1", port: network?.port ?? address.port)])
        // A lost answer costs this long.
        if network != nil { cluster.requestTimeoutMilliseconds = 1_000 }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(LocalBroker(cluster: cluster, network: network)))
        } catch {
            result = .failure(error)
        }
        await network?.close()
        await broker.stop()
        try FileManager.default.removeItem(atPath: directory)
        try result.get()
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}
