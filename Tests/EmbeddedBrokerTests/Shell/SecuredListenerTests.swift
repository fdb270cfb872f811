import BrokerAccess
import Foundation
import NIOCore
import SCRAM
import Testing

@testable import EmbeddedBroker
@testable import KafkaProtocol

@Suite("The secured listener", .timeLimit(.minutes(2)))
struct SecuredListenerTests {
    private static let password = "correct horse"

    /// A broker with a secured listener and the user "shop", who may append to orders.
    private struct Server {
        let address: BoundAddress
        let certificates: Certificates
        let users: UsersFile
        let log: CollectedLog

        func connect() async throws -> RawClient { try await .connect(address, authority: certificates.authority) }

        /// A connection that has logged in with PLAIN.
        func connect(
            as user: String, password: String = SecuredListenerTests.password
        ) async throws -> (RawClient, SaslAuthenticateResponse?) {
            let client = try await connect()
            let chosen = try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" })
            #expect(chosen?.errorCode == ErrorCode.none)
            let message = ByteBuffer(string: "\0\(user)\0\(password)")
            return (client, try await client.ask(SaslAuthenticateRequest { $0.authBytes = message }))
        }
    }

    private func withServer(
        _ change: (inout SecuredListener) -> Void = { _ in }, _ body: (Server) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secured-\(UUID().uuidString)").path
        // What cannot be removed is the system's to clean up.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificates = try Certificates(in: folder)
        let users = UsersFile(path: "\(folder)/users.json")
        try users.change { $0 = [try user("shop", "write:orders")] }
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
            try await body(Server(address: address, certificates: certificates, users: users, log: log))
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    private func user(_ name: String, password: String = Self.password, _ grants: String...) throws -> BrokerUser {
        try BrokerUser(
            name: name, password: password, grants: grants.map { try #require(Grant($0)) }, iterations: 4096)
    }

    // MARK: Logins

    @Test("Nothing but ApiVersions is served before the login")
    func loginFirst() async throws {
        try await withServer { server in
            let client = try await server.connect()
            #expect(try await client.ask(ApiVersionsRequest())?.errorCode == ErrorCode.none)
            #expect(try await client.ask(MetadataRequest()) == nil)
            _ = try await server.log.line(with: "it sent Metadata before it logged in")
        }
    }

    @Test("PLAIN logs in with the right password; metadata then tells the secured address")
    func plain() async throws {
        try await withServer { server in
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.errorCode == ErrorCode.none)
            let metadata = try await client.ask(MetadataRequest(topics: []))
            #expect(metadata?.brokers.first?.port == Int32(server.address.port))
            try await client.close()
        }
    }

    @Test("A wrong password and an unknown user get the same answer, then the connection ends")
    func wrongPassword() async throws {
        try await withServer { server in
            var messages: Set<String?> = []
            for (user, password) in [("shop", "wrong horse"), ("nobody", Self.password)] {
                let (client, answer) = try await server.connect(as: user, password: password)
                #expect(answer?.errorCode == .saslAuthenticationFailed)
                messages.insert(answer?.errorMessage)
                #expect(try await client.next() == nil)
                _ = try await server.log.line(with: "user \"\(user)\"")
            }
            #expect(messages.count == 1)
            #expect(!server.log.lines.contains { $0.contains("horse") })
        }
    }

    @Test("SCRAM logs in, and the server shows that it knows the password", arguments: [SCRAMHash.sha256, .sha512])
    func scram(hash: SCRAMHash) async throws {
        try await withServer { server in
            let client = try await server.connect()
            _ = try await client.ask(SaslHandshakeRequest { $0.mechanism = hash.mechanism })
            var exchange = SCRAMClient(hash: hash, username: "shop", password: Self.password, nonce: SCRAMNonce.random())
            let challenge = try await ask(client, exchange.firstMessage)
            try exchange.verify(try await ask(client, exchange.finalMessage(answering: challenge)))
            #expect(try await client.ask(MetadataRequest(topics: [])) != nil)
            try await client.close()
        }
    }

    private func ask(_ client: RawClient, _ message: String) async throws -> String {
        let answer = try await client.ask(SaslAuthenticateRequest { $0.authBytes = ByteBuffer(string: message) })
        #expect(answer?.errorCode == ErrorCode.none)
        return String(buffer: try #require(answer).authBytes)
    }

    @Test("A handshake of version 0 is followed by frames without a header")
    func rawTokens() async throws {
        try await withServer { server in
            let client = try await server.connect()
            _ = try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" }, version: 0)
            let message = "\0shop\0\(Self.password)"
            var frame = ByteBuffer(integer: Int32(message.utf8.count))
            frame.writeString(message)
            try await client.send(frame)
            #expect(try await client.next()?.readableBytes == 0)
            #expect(try await client.ask(MetadataRequest(topics: [])) != nil)
            try await client.close()
        }
    }

    @Test("A mechanism that is not offered, and messages out of turn, get Kafka's errors")
    func outOfTurn() async throws {
        try await withServer { server in
            let client = try await server.connect()
            let unsupported = try await client.ask(SaslHandshakeRequest { $0.mechanism = "GSSAPI" })
            #expect(unsupported?.errorCode == .unsupportedSaslMechanism)
            #expect(unsupported?.mechanisms == ["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"])
            #expect(try await client.ask(SaslAuthenticateRequest())?.errorCode == .illegalSaslState)
            try await client.close()
            let (second, _) = try await server.connect(as: "shop")
            let again = try await second.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" })
            #expect(again?.errorCode == .illegalSaslState)
            try await second.close()
        }
    }

    @Test("A session that ends is told of, and a second login on the connection renews it")
    func sessions() async throws {
        try await withServer { $0.sessionLifetime = .seconds(3600) } _: { server in
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.sessionLifetimeMilliseconds == 3_600_000)
            #expect(try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" })?.errorCode == ErrorCode.none)
            let message = ByteBuffer(string: "\0shop\0\(Self.password)")
            let renewed = try await client.ask(SaslAuthenticateRequest { $0.authBytes = message })
            #expect(renewed?.errorCode == ErrorCode.none)
            #expect(try await client.ask(MetadataRequest(topics: [])) != nil)
            try await client.close()
        }
    }

    // MARK: Rights

    @Test("Rights are checked for each request")
    func rights() async throws {
        try await withServer { server in
            let (client, _) = try await server.connect(as: "shop")
            let join = try await client.ask(JoinGroupRequest { $0.groupID = "payments-group" })
            #expect(join?.errorCode == .groupAuthorizationFailed)
            let create = try await client.ask(CreateTopicsRequest { $0.topics = [.init { $0.name = "orders" }] })
            #expect(create?.topics.first?.errorCode == .topicAuthorizationFailed)
            let id = try await client.ask(InitProducerIDRequest())
            #expect(id?.errorCode == ErrorCode.none && id?.producerID != -1)
            let hidden = try await client.ask(MetadataRequest())
            #expect(hidden?.topics.isEmpty == true)
            try await client.close()
        }
    }

    @Test("Changed users take effect while the broker runs: a removed one is disconnected, a new one comes in")
    func changedUsers() async throws {
        try await withServer { server in
            let (client, _) = try await server.connect(as: "shop")
            try server.users.change { $0 = [try user("other", "admin:*")] }
            #expect(try await client.next() == nil)
            let (other, answer) = try await server.connect(as: "other")
            #expect(answer?.errorCode == ErrorCode.none)
            try await other.close()
            // A file that cannot be used changes nothing.
            try "{".write(toFile: server.users.path, atomically: true, encoding: .utf8)
            _ = try await server.log.line(with: "the former state stays")
            let (still, stillAnswer) = try await server.connect(as: "other")
            #expect(stillAnswer?.errorCode == ErrorCode.none)
            try await still.close()
        }
    }

    @Test("A renewed certificate is used without a restart")
    func renewedCertificate() async throws {
        try await withServer { server in
            try server.certificates.renew()
            _ = try await server.log.line(with: "were read again")
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.errorCode == ErrorCode.none)
            try await client.close()
        }
    }

    // MARK: Limits

    @Test("Who speaks no TLS, or does not speak at all, is named in the log")
    func foreignGreetings() async throws {
        try await withServer { server in
            let plain = try await RawClient.connect(server.address)
            #expect(try await plain.ask(ApiVersionsRequest(), version: 0) == nil)
            _ = try await server.log.line(with: "without TLS")
            let silent = try await RawClient.connect(server.address)
            try await silent.close()
            _ = try await server.log.line(with: "it connected and sent nothing")
        }
    }

    @Test("A client that does not trust the certificate is named in the log")
    func unknownAuthority() async throws {
        try await withServer { server in
            let other = try Certificates(in: "\(server.certificates.folder)/other")
            let client = try await RawClient.connect(server.address, authority: other.authority)
            try? await client.send(ByteBuffer(string: "x"))  // The handshake fails, and so may this.
            #expect(try await client.next() == nil)
            _ = try await server.log.line(with: "the TLS handshake failed")
        }
    }

    @Test("A login has its time")
    func loginDeadline() async throws {
        try await withServer { $0.loginDeadline = .milliseconds(100) } _: { server in
            let client = try await server.connect()
            #expect(try await client.next() == nil)
            _ = try await server.log.line(with: "did not log in within")
        }
    }

    @Test("An address has so many connections, and fewer that are not logged in")
    func connectionsAnAddress() async throws {
        try await withServer {
            $0.maxLoginsPerAddress = 1
            $0.maxConnectionsPerAddress = 2
        } _: { server in
            let (first, _) = try await server.connect(as: "shop")
            let second = try await server.connect()
            #expect(try await second.ask(ApiVersionsRequest()) != nil)
            let third = try await server.connect()
            #expect(try await third.next() == nil)
            _ = try await server.log.line(with: "its address has 2 connections")
            try await second.close()
            try await first.close()
        }
    }

    // MARK: Starting

    @Test("A listener without usable files, or an address for clients, does not start")
    func refusedStarts() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secured-\(UUID().uuidString)").path
        // What cannot be removed is the system's to clean up.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let one = try Certificates(in: "\(folder)/one")
        let two = try Certificates(in: "\(folder)/two")
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: "\(folder)/data")
        configuration.port = 0
        for (host, certificate, key, code) in [
            ("127.0.0.1", "\(folder)/none", one.key, EmbeddedBrokerError.Code.securityNotUsable),
            ("127.0.0.1", one.certificate, two.key, .securityNotUsable),
            ("127.0.0.1", one.key, one.key, .securityNotUsable),
            ("0.0.0.0", one.certificate, one.key, .invalidConfiguration),
        ] {
            configuration.secured = SecuredListener(
                host: host, port: 0, certificateChain: certificate, privateKey: key, users: "\(folder)/users")
            let broker = EmbeddedBroker(configuration: configuration, logger: CollectedLog().logger)
            let error = await #expect(throws: EmbeddedBrokerError.self) { try await broker.start() }
            #expect(error?.code == code)
        }
    }
}
