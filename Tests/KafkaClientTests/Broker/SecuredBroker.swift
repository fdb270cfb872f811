import BrokerAccess
import BrokerRights
import EmbeddedBroker
import Foundation
import KafkaClient
import TestSupport
import Testing

/// The embedded broker with its secured listener, for one test.
enum SecuredBroker {
    /// Runs a broker whose user "shop" may do everything with the topic "orders".
    static func run(
        _ change: (inout SecuredListener, Certificates) throws -> Void = { _, _ in },
        _ body: (_ address: BrokerAddress, _ certificates: Certificates) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let certificates = try Certificates(in: folder)
            let users = UsersFile(path: "\(folder)/users.json")
            let grants = try ["read:orders", "write:orders", "admin:orders"].map { try #require(Grant($0)) }
            try users.change {
                $0 = [try BrokerUser(name: "shop", password: "correct horse", grants: grants, iterations: 4096)]
            }
            var secured = SecuredListener(
                host: "127.0.0.1", port: 0, certificateChain: certificates.certificate, privateKey: certificates.key,
                users: users.path)
            try change(&secured, certificates)
            var configuration = EmbeddedBrokerConfiguration(dataDirectory: "\(folder)/data")
            configuration.port = 0
            configuration.durability = .relaxed
            configuration.secured = secured
            let broker = EmbeddedBroker(configuration: configuration, logger: LocalBroker.quiet)
            _ = try await broker.start()
            let address = try #require(broker.securedAddress)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(.init(host: address.host, port: address.port), certificates))
            } catch {
                result = .failure(error)
            }
            await broker.stop()
            try result.get()
        }
    }

    /// A folder for one test.
    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "kafka-client-\(UUID().uuidString)"
        // What cannot be removed is the system's to clean up.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
