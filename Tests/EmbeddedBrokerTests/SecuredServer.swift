import BrokerAccess
import BrokerRights
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import EmbeddedBroker
@testable import KafkaProtocol

/// A broker with a secured listener and the user "shop", who may append to orders.
struct SecuredServer {
    static let password = "correct horse"

    let address: BoundAddress
    let certificates: Certificates
    let users: UsersFile
    let log: CollectedLog

    func connect() async throws -> RawClient { try await .connect(address, authority: certificates.authority) }

    /// A connection that has logged in with PLAIN.
    func connect(
        as user: String, password: String = Self.password
    ) async throws -> (RawClient, SaslAuthenticateResponse?) {
        let client = try await connect()
        let chosen = try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" })
        #expect(chosen?.errorCode == ErrorCode.none)
        let message = ByteBuffer(string: "\0\(user)\0\(password)")
        return (client, try await client.ask(SaslAuthenticateRequest { $0.authBytes = message }))
    }
}

/// Runs a broker with a secured listener for one test.
func withSecuredServer(
    _ change: (inout SecuredListener) -> Void = { _ in }, _ body: (SecuredServer) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secured-\(UUID().uuidString)").path
    // What cannot be removed is the system's to clean up.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let certificates = try Certificates(in: folder)
    let users = UsersFile(path: "\(folder)/users.json")
    try users.change { $0 = [try securedUser("shop", "write:orders")] }
    var secured = SecuredListener(
        host: "127.0.0.1", port: 0, certificateChain: certificates.certificate, privateKey: certificates.key,
        users: users.path)
    secured.reloadInterval = .milliseconds(20)
    change(&secured)
    var configuration = EmbeddedBrokerConfiguration(dataDirectory: "\(folder)/data")
    configuration.port = 0
    configuration.journalFileBytes = 16 << 20
    configuration.secured = secured
    let log = CollectedLog()
    let broker = EmbeddedBroker(configuration: configuration, logger: log.logger)
    _ = try await broker.start()
    do {
        let address = try #require(broker.securedAddress)
        try await body(SecuredServer(address: address, certificates: certificates, users: users, log: log))
    } catch {
        await broker.stop()
        throw error
    }
    await broker.stop()
}

func securedUser(_ name: String, password: String = SecuredServer.password, _ grants: String...) throws -> BrokerUser {
    try BrokerUser(
        name: name, password: password, grants: grants.map { try #require(Grant($0)) }, iterations: 4096)
}
