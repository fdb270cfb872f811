import Foundation
import NIOPosix
import Secrets
import TestSupport
import Testing

@testable import KafkaClient

/// What is said of certificates and keys that cannot be used, before there is a broker.
@Suite struct TLSContextTests {
    typealias Identity = ClusterSecurity.TLS.Identity

    private func write(_ text: String, _ path: String) throws -> String {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func refusal(_ identity: Identity, authorities: String? = nil) async throws -> ClientError {
        var settings = ClusterSettings(bootstrapServers: [.init(host: "127.0.0.1", port: 1)])
        settings.security.tls = .init(certificateAuthorities: authorities, identity: identity)
        let error = await #expect(throws: ClientError.self) {
            try await KafkaAdmin(settings, clientID: "a", logger: LocalBroker.quiet)
        }
        return try #require(error)
    }

    /// What is wrong with an identity, and what the error says.
    enum Flaw: CaseIterable {
        case noCertificate, badCertificate, noKey, badKey, badKeyText, otherKey, noPassword, wrongPassword
        case strangePassword, noPasswordFile
    }

    /// The identity, and what the error has to name.
    private func identity(_ flaw: Flaw, _ folder: String) throws -> (Identity, words: [String]) {
        let certificates = try Certificates(in: folder)
        let (good, key) = try certificates.client("shop")
        let (locked, lock) = try certificates.client("locked", password: "S3CRET")
        let junk = try write("S3CRET junk", "\(folder)/junk")
        let (other, _) = try certificates.client("other")
        return switch flaw {
        case .noCertificate:
            (
                .init(certificateFile: "\(folder)/no.pem", keyFile: key),
                ["\(folder)/no.pem", "No such file", "PEM file"]
            )
        case .badCertificate:
            (.init(certificateFile: junk, keyFile: key), [junk, "no certificate in PEM"])
        case .noKey: (.init(certificateFile: good, keyFile: "\(folder)/no.key"), ["\(folder)/no.key", "No such file"])
        case .badKey: (.init(certificateFile: good, keyFile: junk), [junk, "no private key in PEM"])
        case .badKeyText:
            (.init(certificateChain: .file(good), privateKey: .value("S3CRET")), ["the text", "no private key in PEM"])
        case .otherKey: (.init(certificateFile: other, keyFile: key), [other, key, "does not belong"])
        case .noPassword:
            (.init(certificateFile: locked, keyFile: lock), [lock, "is encrypted: set ssl.key.password"])
        case .wrongPassword:
            (.init(certificateFile: locked, keyFile: lock, keyPassword: .value("S3CRETS")), [lock, "is not opened by"])
        case .strangePassword:
            (.init(certificateFile: locked, keyFile: lock, keyPassword: .value("S3CRÉT")), ["ASCII"])
        case .noPasswordFile:
            (
                .init(certificateFile: locked, keyFile: lock, keyPassword: .file("\(folder)/no.txt")),
                ["ssl.key.password", "\(folder)/no.txt", "No such file"]
            )
        }
    }

    @Test(arguments: Flaw.allCases)
    func `What cannot be used is named when the client is made, and no secret`(_ flaw: Flaw) async throws {
        try await SecuredBroker.withFolder { folder in
            let (identity, words) = try identity(flaw, folder)
            let error = try await refusal(identity)
            #expect(error.code == .invalidSetting && !error.isRetriable)
            for word in words + ["ssl.key"] { #expect("\(error)".contains(word), "\(error)") }
            #expect(!"\(error)".contains("S3C"), "\(error)")
        }
    }

    @Test func `Authorities that cannot be read are not blamed on the identity`() async throws {
        try await SecuredBroker.withFolder { folder in
            let (certificate, key) = try Certificates(in: folder).client("shop")
            let error = try await refusal(
                .init(certificateFile: certificate, keyFile: key), authorities: "\(folder)/no.pem")
            #expect(error.code == .invalidSetting)
            #expect("\(error)".contains("ssl.truststore.location: the file \(folder)/no.pem"), "\(error)")
        }
    }

    @Test func `A pair of which one half is replaced is used when the other half has come`() async throws {
        try await SecuredBroker.withFolder { folder in
            let certificates = try Certificates(in: folder)
            let (certificate, key) = try certificates.client("shop")
            let renewed = try certificates.client("renewed")
            let files = try TLSFiles(
                .init(
                    certificateAuthorities: certificates.authority,
                    identity: .init(certificateFile: certificate, keyFile: key)))
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            func context() async throws -> ObjectIdentifier {
                ObjectIdentifier(try await files.context(on: loop, logger: LocalBroker.quiet).get())
            }
            let first = try await context()
            #expect(try await context() == first)
            _ = try write(try String(contentsOfFile: renewed.certificate, encoding: .utf8), certificate)
            #expect(try await context() == first)
            _ = try write(try String(contentsOfFile: renewed.key, encoding: .utf8), key)
            let second = try await context()
            #expect(second != first)
            #expect(try await context() == second)
        }
    }

    @Test func `Settings that are printed do not show the key or its password`() throws {
        let identity = Identity(
            certificateChain: .text("chain"), privateKey: .value("S3CRET key"), keyPassword: .value("S3CRET"))
        let settings = ClusterSecurity(tls: .init(identity: identity))
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(text.contains("chain") && !text.contains("S3C"))
        }
    }
}
