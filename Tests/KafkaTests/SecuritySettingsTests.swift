import Foundation
import Secrets
import Testing

@testable import Kafka

/// A file of a test's own, gone when the test is over.
final class TemporaryFile {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        try write(text)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }

    // A file that is gone already is what is wanted.
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct SecuritySettingsTests {
    private func properties(_ environment: [String: String]) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try KafkaSecurity.fromEnvironment(environment).properties())
    }

    @Test("a login without more is sent over TLS, with PLAIN, and the broker's host name is checked")
    func login() throws {
        let properties = try properties(["KAFKA_SASL_USERNAME": "me", "KAFKA_SASL_PASSWORD": "S3CRET"])
        #expect(properties["security.protocol"] == "sasl_ssl")
        #expect(properties["sasl.mechanisms"] == "PLAIN")
        #expect(properties["sasl.password"] == "S3CRET")
        #expect(properties["ssl.endpoint.identification.algorithm"] == "https")
    }

    @Test(
        "each mechanism can be asked for, by any capitals", arguments: ["PLAIN", "SCRAM-SHA-256", "scram-sha-512"])
    func mechanisms(name: String) throws {
        let properties = try properties([
            "KAFKA_SASL_USERNAME": "me", "KAFKA_SASL_PASSWORD": "S3CRET", "KAFKA_SASL_MECHANISM": name,
        ])
        #expect(properties["sasl.mechanisms"] == name.uppercased())
    }

    @Test("a private authority or a certificate of the client's own means TLS")
    func tls() throws {
        let authority = try properties(["KAFKA_SSL_CA_LOCATION": "/ca.pem"])
        #expect(authority["security.protocol"] == "ssl")
        #expect(authority["ssl.ca.location"] == "/ca.pem")
        let own = try properties([
            "KAFKA_SSL_CERTIFICATE_LOCATION": "/c.pem", "KAFKA_SSL_KEY_LOCATION": "/k.pem",
            "KAFKA_SSL_KEY_PASSWORD": "S3CRET",
        ])
        #expect(own["ssl.certificate.location"] == "/c.pem" && own["ssl.key.location"] == "/k.pem")
        #expect(own["ssl.key.password"] == "S3CRET")
        let text = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
        #expect(try properties(["KAFKA_SSL_CA_PEM": text])["ssl.ca.pem"] == text)
    }

    @Test("the protocol can be said, also without TLS")
    func protocols() throws {
        #expect(try properties(["KAFKA_SECURITY_PROTOCOL": "SSL"])["security.protocol"] == "ssl")
        let plain = try KafkaSecurity.fromEnvironment([
            "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_USERNAME": "me", "KAFKA_SASL_PASSWORD": "x",
        ])
        #expect(plain.protocolName == "SASL_PLAINTEXT")
    }

    @Test("a secret may be in a file, whose line break at the end does not count")
    func files() throws {
        let file = try TemporaryFile("S3CRET\r\n")
        let properties = try properties(["CONFLUENT_API_KEY": "KEY", "CONFLUENT_API_SECRET_FILE": file.path])
        #expect(properties["sasl.password"] == "S3CRET")
    }

    @Test(
        "what does not fit together names the variables and no secret",
        arguments: [
            (["KAFKA_REPLICATION_FACTOR": "0"], "KAFKA_REPLICATION_FACTOR", "from 1 to 64"),
            (
                ["KAFKA_REPLICATION_FACTOR": "2", "KAFKA_MIN_INSYNC_REPLICAS": "3"], "KAFKA_MIN_INSYNC_REPLICAS",
                "no record could be written"
            ),
            (["KAFKA_SASL_USERNAME": "me"], "KAFKA_SASL_PASSWORD", "is missing"),
            (["KAFKA_SASL_PASSWORD": "S3CRET"], "KAFKA_SASL_USERNAME", "is missing"),
            (["KAFKA_SASL_MECHANISM": "SCRAM-SHA-512"], "KAFKA_SASL_MECHANISM", "without a login"),
            (
                ["KAFKA_SASL_USERNAME": "m", "KAFKA_SASL_PASSWORD": "S3CRET", "KAFKA_SASL_MECHANISM": "GSSAPI"],
                "KAFKA_SASL_MECHANISM", "SCRAM-SHA-256"
            ),
            (["KAFKA_SECURITY_PROTOCOL": "SASL_SSL"], "KAFKA_SECURITY_PROTOCOL", "needs a login"),
            (["KAFKA_SECURITY_PROTOCOL": "TLS"], "KAFKA_SECURITY_PROTOCOL", "use PLAINTEXT, SSL"),
            (
                ["KAFKA_SECURITY_PROTOCOL": "PLAINTEXT", "KAFKA_SSL_CA_LOCATION": "/ca"], "KAFKA_SECURITY_PROTOCOL",
                "has no TLS"
            ),
            (["KAFKA_SSL_CERTIFICATE_LOCATION": "/c"], "KAFKA_SSL_KEY_LOCATION", "belong together"),
            (["KAFKA_SSL_CA_PEM": "/etc/ca.pem"], "KAFKA_SSL_CA_PEM", "KAFKA_SSL_CA_LOCATION"),
            (
                ["CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET": "S3CRET", "CONFLUENT_API_SECRET_FILE": "/s"],
                "CONFLUENT_API_SECRET_FILE", "both set"
            ),
            (
                ["CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET_FILE": "/no/such/file"], "CONFLUENT_API_SECRET_FILE",
                "No such file"
            ),
            (["CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET_FILE": "/dev/null"], "/dev/null", "is empty"),
            (["CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET": "S3C\nRET"], "CONFLUENT_API_SECRET", "line break"),
            (
                [
                    "CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET": "S3CRET", "KAFKA_SASL_USERNAME": "m",
                    "KAFKA_SASL_PASSWORD": "S3CRET",
                ], "CONFLUENT_API_KEY", "one of the two"
            ),
        ] as [([String: String], String, String)])
    func wrong(environment: [String: String], name: String, reason: String) throws {
        let error = try failure { _ = try KafkaSettings.fromEnvironment(environment) }
        #expect(error.code == .invalidSetting)
        #expect("\(error)".contains(name) && "\(error)".contains(reason), "\(error)")
        #expect(!"\(error)".contains("S3C"))
    }

    @Test(
        "what is pasted in place of a bootstrap server is named",
        arguments: [
            ("https://pkc-1.eu.aws.confluent.cloud:443", "a URL is not a bootstrap server"),
            ("http://kafka:9092", "a URL is not a bootstrap server"),
            ("pkc-1.eu.aws.confluent.cloud:443", "REST endpoint"),
            ("psrc-1.eu.aws.confluent.cloud", "schema registry"), ("\"kafka:9092\"", "quotation marks"),
            ("a:9092 b:9092", "white space"), ("kafka:9092/", "has a path"), ("me:pw@kafka:9092", "takes no user"),
            ("kafka:", "HOST:PORT"), ("SASL_SSL://kafka:9092", "the settings say PLAINTEXT"),
        ])
    func pasted(servers: String, reason: String) throws {
        let error = try failure { _ = try KafkaSettings.fromEnvironment(["KAFKA_BOOTSTRAP_SERVERS": servers]) }
        #expect("\(error)".contains("KAFKA_BOOTSTRAP_SERVERS") && "\(error)".contains(reason), "\(error)")
    }

    @Test("a scheme that says what the settings say is accepted, as Confluent Cloud shows it")
    func scheme() throws {
        let servers = "SASL_SSL://pkc-1.eu.aws.confluent.cloud:9092"
        let settings = try KafkaSettings.fromEnvironment([
            "KAFKA_BOOTSTRAP_SERVERS": servers, "CONFLUENT_API_KEY": "K", "CONFLUENT_API_SECRET": "S",
        ])
        #expect(settings.bootstrapServers == servers)
    }

    @Test(
        "a cluster of three brokers gets three copies, two of them in sync, unless the settings say otherwise",
        arguments: [
            ([:], 1, -1, nil), ([:], 3, 3, "2"), ([:], 5, 3, "2"), (["KAFKA_REPLICATION_FACTOR": "1"], 3, 1, nil),
            (["KAFKA_REPLICATION_FACTOR": "5", "KAFKA_MIN_INSYNC_REPLICAS": "3"], 5, 5, "3"),
        ] as [([String: String], Int, Int32, String?)])
    func durability(environment: [String: String], brokers: Int, replicas: Int32, inSync: String?) throws {
        let settings = try KafkaSettings.fromEnvironment(environment)
        #expect(settings.replicas(brokers: brokers) == replicas)
        #expect(settings.durability(brokers: brokers)["min.insync.replicas"] == inSync)
    }

    @Test("flaws of a secret are found, and a good one has none")
    func flaws() {
        let found: [(Secret, SecretFlaw?)] = [
            ("\"quoted\"", .quoted), (" spaced", .spaced), ("two\nlines", .brokenLine), ("end\n", .brokenLine),
            ("https://x", .url), ("${SECRET}", .placeholder), ("a\u{0}b", .control), ("p4ss w0rd'", nil), ("\"", nil),
        ]
        for (secret, flaw) in found { #expect(SecretFlaw(secret) == flaw, "\(secret.reveal())") }
    }

    @Test("a secret is not shown by any of the ways in which a value is printed")
    func hidden() {
        let login = KafkaSecurity.Login(.plain, username: .value("N4ME"), password: .value("S3CRET"))
        var dumped = ""
        dump(login, to: &dumped)
        for text in [dumped, "\(login)", String(reflecting: login), "\(Secret("S3CRET"))"] {
            #expect(!text.contains("S3CRET") && !text.contains("N4ME"), "\(text)")
        }
    }

    @Test("a changed file gives other credentials once, and an empty one leaves those that are there")
    func rotation() throws {
        let file = try TemporaryFile("first")
        let security = try ClientSecurity(
            KafkaSettings(
                security: KafkaSecurity(
                    tls: .init(), login: .init(.plain, username: .value("me"), password: .file(file.path)))))
        #expect(security.look() == .credentials(Credentials(username: "me", password: "first")))
        #expect(security.look() == .none)
        try file.write("second, longer")
        #expect(security.look() == .credentials(Credentials(username: "me", password: "second, longer")))
        try file.write("")
        guard case .unreadable(let error) = security.look() else { return #expect(Bool(false), "it was read") }
        #expect("\(error)".contains("is empty"))
        #expect(security.look() == .none)
        #expect(security.credentials == Credentials(username: "me", password: "second, longer"))
    }

    @Test("a changed certificate is seen, and one that is gone for a moment is not a change")
    func certificates() throws {
        let file = try TemporaryFile("pem")
        let security = try ClientSecurity(
            KafkaSettings(security: KafkaSecurity(tls: .init(authorities: .file(file.path)))))
        #expect(!security.certificatesChanged)
        try FileManager.default.removeItem(atPath: file.path)
        #expect(!security.certificatesChanged)
        try file.write("another pem")
        #expect(security.certificatesChanged)
    }
}
