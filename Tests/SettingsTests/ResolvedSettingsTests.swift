import Foundation
import Testing

@testable import Settings

/// A folder of a test's own, gone when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    // A folder that is gone already is what is wanted.
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct ResolvedSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func resolve(_ yaml: String, _ arguments: [String] = ["up"], _ environment: [String: String] = [:]) throws
        -> ResolvedSettings
    {
        let path = try folder.write("orders.yaml", yaml)
        return try ResolvedSettings(arguments: ["--config", path] + arguments, environment: environment)
    }

    private func message(_ body: () throws -> Void) throws -> String {
        try #require(throws: SettingsError.self) { try body() }.description
    }

    @Test("a file sets what the environment leaves open, nested or with dots")
    func file() throws {
        let settings = try resolve(
            "log:\n  level: info\nkafka.bootstrap-servers: a:1,b:2\npayments:\n  latency-ms: 20\n", ["fraud"],
            ["LOG_LEVEL": "debug", "PAYMENT_LATENCY_MS": ""])
        #expect(settings.environment["LOG_LEVEL"] == "debug")
        #expect(settings.environment["KAFKA_BOOTSTRAP_SERVERS"] == "a:1,b:2")
        #expect(settings.environment["PAYMENT_LATENCY_MS"] == "20")
        #expect(settings.arguments == ["fraud"])
        #expect(settings.origin(of: "LOG_LEVEL", in: ["LOG_LEVEL": "debug"]) == .environment)
        #expect(settings.origin(of: "PAYMENT_LATENCY_MS", in: [:]) != .environment)
    }

    @Test("what a command knows as a flag is put on its command line, unless the person wrote it")
    func flags() throws {
        let yaml = "data-dir: /data\nhttp.listen: 127.0.0.1:1\norders: {rate: max, seed: 7}\n"
        let settings = try resolve(yaml, ["up", "--http=127.0.0.1:2"], ["ORDERS_SEED": "8"])
        #expect(
            settings.arguments == [
                "up", "--http=127.0.0.1:2", "--data-dir=/data", "--rate=max", "--seed=8",
            ])
        #expect(settings.givenFlags["--seed"] == "ORDERS_SEED")
        #expect(try resolve(yaml, ["fraud"]).arguments == ["fraud", "--data-dir=/data"])
        #expect(try resolve(yaml, ["import", "--", "x"]).arguments == ["import", "--data-dir=/data", "--", "x"])
    }

    @Test("a tool goes to the Kafka that is named, not to a data directory that nobody wrote on its command line")
    func tools() throws {
        let yaml = "data-dir: /data\nkafka.bootstrap-servers: k:1\n"
        #expect(try resolve(yaml, ["lag"]).arguments == ["lag"])
        #expect(try resolve("data-dir: /data\n", ["lag"]).arguments == ["lag", "--data-dir=/data"])
        #expect(try resolve("data-dir: /data\n", ["lag", "--kafka", "k:1"]).arguments == ["lag", "--kafka", "k:1"])
    }

    @Test("those who make keys and users find the data directory as the server does")
    func keysAndUsers() throws {
        let directory = ["ORDERS_DATA_DIR": "/data"]
        for arguments in [["keys", "add", "shop", "--scope", "write"], ["users", "list"], ["keys"]] {
            let settings = try ResolvedSettings(arguments: arguments, environment: directory)
            #expect(settings.arguments == arguments + ["--data-dir=/data"])
        }
    }

    @Test("properties of Kafka are taken over by their prefix")
    func families() throws {
        let settings = try resolve("kafka:\n  client:\n    fetch.min.bytes: 10\nbroker.properties.num.partitions: 12\n")
        #expect(settings.environment["KAFKA_CLIENT_FETCH_MIN_BYTES"] == "10")
        #expect(settings.environment["KAFKA_BROKER_NUM_PARTITIONS"] == "12")
    }

    @Test(
        "an unknown key is named, with the nearest that there is",
        arguments: [
            ("kafka.bootstrap-server: k:1", "kafka.bootstrap-server,", "kafka.bootstrap-servers"),
            ("log: {levels: info}", "log.levels", "log.level"),
            ("kafka.sasl.pasword: S3CRET", "kafka.sasl.pasword", "kafka.sasl.password"),
        ])
    func unknown(yaml: String, key: String, nearest: String) throws {
        let message = try message { _ = try resolve(yaml) }
        #expect(message.contains(key) && message.hasSuffix("\(nearest)."), "\(message)")
        #expect(!message.contains("S3CRET"))
    }

    @Test(
        "what is no file of settings is one clear error that shows no line of it",
        arguments: ["- a\n- list\n", "S3CRET", "kafka: {sasl: {password: S3CRET\n", "log.level: [a, b]\n", "a: b: c\n"])
    func malformed(yaml: String) throws {
        let message = try message { _ = try resolve(yaml) }
        #expect(message.contains("orders.yaml"))
        #expect(!message.contains("S3CRET"))
    }

    @Test("a file with comments alone sets nothing")
    func empty() throws { #expect(try resolve("# nothing yet\n\n").environment.isEmpty) }

    @Test("a file that is missing, and --config without a path, say so")
    func missing() throws {
        let bare = try message { _ = try ResolvedSettings(arguments: ["up", "--config"], environment: [:]) }
        #expect(bare.contains("path"))
        let message = try message {
            _ = try ResolvedSettings(arguments: ["up"], environment: ["ORDERS_CONFIG": "/no/such.yaml"])
        }
        #expect(message.contains("/no/such.yaml"))
    }

    @Test("a secret may be in a file of its own")
    func secretFiles() throws {
        let path = try folder.write("url", "https://gateway.example/S3CRET\n")
        let settings = try ResolvedSettings(arguments: ["up"], environment: ["PAYMENT_GATEWAY_URL_FILE": path])
        #expect(settings.environment["PAYMENT_GATEWAY_URL"] == "https://gateway.example/S3CRET")
        // Those of Kafka are read again while the process runs: the path stays.
        let watched = try ResolvedSettings(arguments: ["up"], environment: ["KAFKA_SASL_PASSWORD_FILE": path])
        #expect(watched.environment["KAFKA_SASL_PASSWORD"] == nil)
        #expect(watched.environment["KAFKA_SASL_PASSWORD_FILE"] == path)
    }

    @Test("a secret that is set twice, or whose file is of no use, is an error that names it")
    func wrongSecretFiles() throws {
        let path = try folder.write("empty", "\n")
        for (environment, reason) in [
            (["ALERT_WEBHOOK_URL": "https://S3CRET", "ALERT_WEBHOOK_URL_FILE": path], "both set"),
            (["ALERT_WEBHOOK_URL_FILE": path], "is empty"), (["ALERT_WEBHOOK_URL_FILE": "/no/such"], "cannot be read"),
        ] {
            let message = try message { _ = try ResolvedSettings(arguments: ["up"], environment: environment) }
            #expect(message.contains("ALERT_WEBHOOK_URL_FILE") && message.contains(reason), "\(message)")
            #expect(!message.contains("S3CRET"))
        }
    }

    @Test("the environment's secret beats the one that the file of settings names by its path")
    func secretPrecedence() throws {
        let path = try folder.write("password", "from-file")
        let settings = try resolve(
            "kafka.sasl.password-file: \(path)\n", ["up"], ["KAFKA_SASL_PASSWORD": "from-environment"])
        #expect(settings.environment["KAFKA_SASL_PASSWORD"] == "from-environment")
        #expect(settings.environment["KAFKA_SASL_PASSWORD_FILE"] == nil)
    }
}
