import Foundation
import NIOCore
import TestSupport
import Testing

@testable import EmbeddedBroker
@testable import KafkaProtocol

@Suite("The secured listener's limits", .timeLimit(.minutes(2)))
struct SecuredListenerLimitTests {
    // MARK: Limits

    @Test("Who speaks no TLS, or goes away within the handshake, is named in the log once; who says nothing is not")
    func foreignGreetings() async throws {
        try await withSecuredServer { server in
            let silent = try await RawClient.connect(server.address)
            try await silent.close()
            let plain = try await RawClient.connect(server.address)
            #expect(try await plain.ask(ApiVersionsRequest(), version: 0) == nil)
            _ = try await server.log.line(with: "without TLS")
            // A TLS record that says that more follows.
            let cut = try await RawClient.connect(server.address)
            try await cut.send(ByteBuffer(bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
            try await cut.close()
            _ = try await server.log.line(with: "during the TLS handshake")
            // By now the broker has seen the end of each.
            let (shop, _) = try await server.connect(as: "shop")
            try await shop.close()
            #expect(server.log.lines.filter { $0.contains("closed a connection") }.count == 2)
        }
    }

    @Test("A login that fails is named in the log once, however the connection ends")
    func failedLoginOnce() async throws {
        try await withSecuredServer { server in
            let (client, answer) = try await server.connect(as: "shop", password: "wrong horse")
            #expect(answer?.errorCode == .saslAuthenticationFailed)
            #expect(try await client.next() == nil)
            #expect(server.log.lines.filter { $0.contains("closed a connection") }.count == 1)
        }
    }

    @Test("A client that does not trust the certificate is named in the log")
    func unknownAuthority() async throws {
        try await withSecuredServer { server in
            let other = try Certificates(in: "\(server.certificates.folder)/other")
            let client = try await RawClient.connect(server.address, authority: other.authority)
            try? await client.send(ByteBuffer(string: "x"))  // The handshake fails, and so may this.
            #expect(try await client.next() == nil)
            _ = try await server.log.line(with: "the TLS handshake failed")
        }
    }

    @Test("A login has its time")
    func loginDeadline() async throws {
        try await withSecuredServer {
            $0.loginDeadline = .milliseconds(100)
        } _: { server in
            let client = try await server.connect()
            #expect(try await client.next() == nil)
            _ = try await server.log.line(with: "did not log in within")
        }
    }

    @Test("An address has so many connections, and fewer that are not logged in")
    func connectionsAnAddress() async throws {
        try await withSecuredServer {
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
