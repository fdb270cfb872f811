import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Secrets
import TestSupport
import Testing

@testable import KafkaClient

/// Mutual TLS, on the embedded broker, which asks for a certificate of its authority here.
@Suite(.timeLimit(.minutes(1))) struct ClientCertificateTests {
    typealias Identity = ClusterSecurity.TLS.Identity

    private func run(_ body: (_ address: BrokerAddress, _ certificates: Certificates) async throws -> Void) async throws
    {
        try await SecuredBroker.run({ $0.clientAuthorities = $1.authority }, body)
    }

    private func cluster(
        _ address: BrokerAddress, _ certificates: Certificates, _ identity: Identity?
    ) -> ClusterSettings {
        var settings = ClusterSettings(bootstrapServers: [address])
        settings.security = ClusterSecurity(
            tls: .init(certificateAuthorities: certificates.authority, identity: identity),
            sasl: .init(mechanism: .scramSHA256, username: "shop", password: "correct horse"))
        return settings
    }

    /// The error of a client that does not get through.
    private func refusal(
        _ address: BrokerAddress, _ certificates: Certificates, _ identity: Identity?
    ) async throws -> String {
        let admin = try await KafkaAdmin(
            cluster(address, certificates, identity), clientID: "a", logger: LocalBroker.quiet)
        defer { admin.close() }
        let error = await #expect(throws: ClientError.self) {
            try await admin.describe(topics: nil, timeout: .seconds(3))
        }
        return error.map { "\($0)" } ?? ""
    }

    /// How an identity is given to the client.
    enum Form: CaseIterable {
        case files, text, encryptedFile, oneFile
    }

    private func identity(_ form: Form, _ certificates: Certificates) throws -> Identity {
        let (certificate, key) = try certificates.client("shop", password: form == .encryptedFile ? "S3CRET" : nil)
        switch form {
        case .files: return Identity(certificateFile: certificate, keyFile: key)
        case .encryptedFile:
            return Identity(certificateFile: certificate, keyFile: key, keyPassword: .value("S3CRET"))
        case .text:
            return Identity(
                certificateChain: .text(try String(contentsOfFile: certificate, encoding: .utf8)),
                privateKey: .value(Secret(try String(contentsOfFile: key, encoding: .utf8))))
        case .oneFile:
            let both = "\(certificates.folder)/both.pem"
            let text = try [key, certificate].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
            try text.write(toFile: both, atomically: true, encoding: .utf8)
            return Identity(certificateFile: both, keyFile: both)
        }
    }

    @Test(arguments: Form.allCases)
    func `A client with a certificate of the broker's authority gets through`(_ form: Form) async throws {
        try await run { address, certificates in
            let cluster = cluster(address, certificates, try identity(form, certificates))
            let producer = try await KafkaProducer(cluster, logger: LocalBroker.quiet)
            let topic = try await producer.topic("orders")
            #expect(try await producer.send(topic, key: nil, value: [1], partition: 0).offset == 0)
            await producer.close()
        }
    }

    /// Of another authority.
    private func strange(_ certificates: Certificates) throws -> Certificates {
        try Certificates(in: "\(certificates.folder)/strange", authority: "strange authority")
    }

    @Test func `Without a certificate the error says that the broker asks for one`() async throws {
        try await run { address, certificates in
            let error = try await refusal(address, certificates, nil)
            #expect(error.contains("asks for a client certificate, and none is set"), "\(error)")
            #expect(error.contains("ssl.keystore.certificate.chain"), "\(error)")
        }
    }

    @Test func `A certificate of a strange authority is refused, and the error says why and names its file`()
        async throws
    {
        try await run { address, certificates in
            let (certificate, key) = try strange(certificates).client("shop")
            let error = try await refusal(address, certificates, Identity(certificateFile: certificate, keyFile: key))
            #expect(error.contains("refuses the client's certificate in the file \(certificate)"), "\(error)")
            #expect(error.contains("no authority that the broker trusts"), "\(error)")
        }
    }

    @Test func `A certificate that has expired is refused, and the error says so`() async throws {
        try await run { address, certificates in
            let (certificate, key) = try certificates.client("old", days: 0)
            let error = try await refusal(address, certificates, Identity(certificateFile: certificate, keyFile: key))
            #expect(error.contains("refuses the client's certificate"), "\(error)")
            #expect(error.contains("expired"), "\(error)")
        }
    }

    @Test func `A client that was refused gets through once its files are renewed`() async throws {
        try await run { address, certificates in
            let strange = try strange(certificates).client("shop")
            let (certificate, key) = ("\(certificates.folder)/own.pem", "\(certificates.folder)/own.key")
            try FileManager.default.copyItem(atPath: strange.certificate, toPath: certificate)
            try FileManager.default.copyItem(atPath: strange.key, toPath: key)
            let admin = try await KafkaAdmin(
                cluster(address, certificates, Identity(certificateFile: certificate, keyFile: key)), clientID: "a",
                logger: LocalBroker.quiet)
            await #expect(throws: ClientError.self) { try await admin.describe(topics: nil, timeout: .seconds(1)) }
            _ = try certificates.client("own")
            _ = try await admin.describe(topics: nil)
            admin.close()
        }
    }

    // MARK: Brokers of other kinds

    /// Closes a connection with the first bytes that come.
    private final class Closer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
        // Its client is to hear of it, not the test.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    /// The error of a client without a certificate at a TLS server that is no broker.
    private func refusal(_ change: (inout TLSConfiguration, Certificates) throws -> Void) async throws -> String {
        var text = ""
        try await SecuredBroker.withFolder { folder in
            let certificates = try Certificates(in: folder)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificates.certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: certificates.key, format: .pem)))
            try change(&configuration, certificates)
            let context = try NIOSSLContext(configuration: configuration)
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(
                            NIOSSLServerHandler(context: context), Closer())
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(server.localAddress?.port)
            text = try await refusal(.init(host: "127.0.0.1", port: port), certificates, nil)
            try await server.close()
        }
        return text
    }

    @Test func `In TLS 1.2, which has no word for it, a certificate is probably asked for`() async throws {
        let error = try await refusal { configuration, certificates in
            configuration.maximumTLSVersion = .tlsv12
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(certificates.authority)
        }
        #expect(error.contains("probably asks for a client certificate, and none is set"), "\(error)")
    }

    @Test func `A connection that is closed before its first answer may be about a certificate`() async throws {
        let error = try await refusal { _, _ in }
        #expect(error.contains("after the TLS handshake, before its first answer"), "\(error)")
    }
}
