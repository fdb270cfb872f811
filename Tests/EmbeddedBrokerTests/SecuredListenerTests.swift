import BrokerAccess
import BrokerRights
import Foundation
import NIOCore
import SCRAM
import Testing

@testable import EmbeddedBroker
@testable import KafkaProtocol

@Suite("The secured listener", .timeLimit(.minutes(2)))
struct SecuredListenerTests {
    // MARK: Logins

    @Test("Nothing but ApiVersions is served before the login")
    func loginFirst() async throws {
        try await withSecuredServer { server in
            let client = try await server.connect()
            #expect(try await client.ask(ApiVersionsRequest())?.errorCode == ErrorCode.none)
            #expect(try await client.ask(MetadataRequest()) == nil)
            _ = try await server.log.line(with: "it sent Metadata before it logged in")
        }
    }

    @Test("PLAIN logs in with the right password; metadata then tells the secured address")
    func plain() async throws {
        try await withSecuredServer { server in
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.errorCode == ErrorCode.none)
            let metadata = try await client.ask(MetadataRequest(topics: []))
            #expect(metadata?.brokers.first?.port == Int32(server.address.port))
            try await client.close()
        }
    }

    @Test("A wrong password and an unknown user get the same answer, then the connection ends")
    func wrongPassword() async throws {
        try await withSecuredServer { server in
            var messages: Set<String?> = []
            for (user, password) in [("shop", "wrong horse"), ("nobody", SecuredServer.password)] {
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
        try await withSecuredServer { server in
            let client = try await server.connect()
            _ = try await client.ask(SaslHandshakeRequest { $0.mechanism = hash.mechanism })
            var exchange = SCRAMClient(
                hash: hash, username: "shop", password: SecuredServer.password, nonce: SCRAMNonce.random())
            let challenge = try await ask(client, exchange.firstMessage)
            let proof = try exchange.finalMessage(answering: challenge)
            try exchange.verify(try await ask(client, proof))
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
        try await withSecuredServer { server in
            let client = try await server.connect()
            _ = try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" }, version: 0)
            let message = "\0shop\0\(SecuredServer.password)"
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
        try await withSecuredServer { server in
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

    @Test("The answer to a login says when its session ends, and a second login on the connection renews it")
    func sessions() async throws {
        try await withSecuredServer {
            $0.sessionLifetime = .seconds(3600)
        } _: { server in
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.sessionLifetimeMilliseconds == 3_600_000)
            #expect(try await client.ask(SaslHandshakeRequest { $0.mechanism = "PLAIN" })?.errorCode == ErrorCode.none)
            let message = ByteBuffer(string: "\0shop\0\(SecuredServer.password)")
            let renewed = try await client.ask(SaslAuthenticateRequest { $0.authBytes = message })
            #expect(renewed?.errorCode == ErrorCode.none)
            #expect(try await client.ask(MetadataRequest(topics: [])) != nil)
            try await client.close()
        }
    }

    // MARK: Rights

    @Test("Rights are checked for each request")
    func rights() async throws {
        try await withSecuredServer { server in
            let (client, _) = try await server.connect(as: "shop")
            let join = try await client.ask(JoinGroupRequest { $0.groupID = "payments-group" })
            #expect(join?.errorCode == .groupAuthorizationFailed)
            let create = try await client.ask(CreateTopicsRequest { $0.topics = [.init { $0.name = "orders" }] })
            #expect(create?.results.first?.errorCode == .topicAuthorizationFailed)
            let id = try await client.ask(InitProducerIDRequest())
            #expect(id?.errorCode == ErrorCode.none && id?.producerID != -1)
            let hidden = try await client.ask(MetadataRequest())
            #expect(hidden?.topics.isEmpty == true)
            try await client.close()
        }
    }

    @Test("Changed users take effect while the broker runs: a removed one is disconnected, a new one comes in")
    func changedUsers() async throws {
        try await withSecuredServer { server in
            let (client, _) = try await server.connect(as: "shop")
            try server.users.change { $0 = [try securedUser("other", "admin:*")] }
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
        try await withSecuredServer { server in
            try server.certificates.renew()
            _ = try await server.log.line(with: "were read again")
            let (client, answer) = try await server.connect(as: "shop")
            #expect(answer?.errorCode == ErrorCode.none)
            try await client.close()
        }
    }
}
