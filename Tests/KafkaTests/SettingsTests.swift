import CRdKafka
import Testing

@testable import Kafka

struct SettingsTests {
    @Test("with nothing set, the broker of this machine is spoken to in plaintext")
    func defaults() throws {
        let settings = try KafkaSettings.fromEnvironment(["PATH": "/bin", "KAFKA_BOOTSTRAP_SERVERS": ""])
        #expect(settings == KafkaSettings())
        #expect(settings.bootstrapServers == "127.0.0.1:9092")
    }

    @Test("an API key and its secret mean SASL_SSL")
    func confluent() throws {
        let settings = try KafkaSettings.fromEnvironment([
            "KAFKA_BOOTSTRAP_SERVERS": "a.example:9092,b.example:9093", "CONFLUENT_API_KEY": "KEY",
            "CONFLUENT_API_SECRET": "S3CRET",
        ])
        #expect(settings.security == .saslSSL(username: "KEY", password: "S3CRET"))
        #expect(settings.bootstrapServers == "a.example:9092,b.example:9093")
    }

    @Test(
        "a property's variable is its name in capitals",
        arguments: [
            ("KAFKA_CLIENT_FETCH_MIN_BYTES", "fetch.min.bytes", "10"), ("KAFKA_CLIENT_LINGER_MS", "linger.ms", "3"),
            ("KAFKA_CLIENT_COMPRESSION_TYPE", "compression.type", "lz4"),
        ])
    func properties(variable: String, property: String, value: String) throws {
        #expect(try KafkaSettings.fromEnvironment([variable: value]).overrides == [property: value])
    }

    @Test("the services' client is librdkafka, and the platform's own where it is named")
    func library() throws {
        #expect(try KafkaSettings.fromEnvironment([:]).library == .librdkafka)
        let settings = try KafkaSettings.fromEnvironment([
            "KAFKA_CLIENT_LIBRARY": "swift", "KAFKA_CLIENT_LINGER_MS": "3",
        ])
        #expect(settings.library == .swift)
        #expect(settings.overrides == ["linger.ms": "3"])
    }

    @Test(
        "a wrong setting names its variable and not its secret",
        arguments: [
            (["KAFKA_CLIENT_NO_SUCH_THING": "1"], "KAFKA_CLIENT_NO_SUCH_THING", "no property \"no.such.thing\""),
            (["KAFKA_CLIENT_LINGER_MS": "soon"], "KAFKA_CLIENT_LINGER_MS", "linger.ms"),
            (["KAFKA_CLIENT_LINGER_MS": "-5"], "KAFKA_CLIENT_LINGER_MS", "range"),
            (["KAFKA_CLIENT_GROUP_ID": "mine"], "KAFKA_CLIENT_GROUP_ID", "given by each service"),
            (["KAFKA_CLIENT_ENABLE_AUTO_COMMIT": "true"], "KAFKA_CLIENT_ENABLE_AUTO_COMMIT", "must stay off"),
            (["KAFKA_CLIENT_BOOTSTRAP_SERVERS": "x:1"], "KAFKA_CLIENT_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS"),
            (["KAFKA_BOOTSTRAP_SERVERS": "host:notaport"], "KAFKA_BOOTSTRAP_SERVERS", "notaport"),
            (["KAFKA_BOOTSTRAP_SERVERS": "host:70000"], "KAFKA_BOOTSTRAP_SERVERS", "HOST:PORT"),
            (["KAFKA_BOOTSTRAP_SERVERS": "a:1,,b:2"], "KAFKA_BOOTSTRAP_SERVERS", "HOST:PORT"),
            (["CONFLUENT_API_KEY": "S3CRET"], "CONFLUENT_API_SECRET", "is missing"),
            (["CONFLUENT_API_SECRET": "S3CRET"], "CONFLUENT_API_KEY", "is missing"),
            (["KAFKA_CLIENT_LIBRARY": "java"], "KAFKA_CLIENT_LIBRARY", "use librdkafka or swift"),
            (
                ["KAFKA_CLIENT_LIBRARY": "swift", "KAFKA_CLIENT_SASL_PASSWORD": "S3CRET"], "KAFKA_CLIENT_LIBRARY",
                "does not know librdkafka's sasl.password"
            ),
        ])
    func wrong(environment: [String: String], variable: String, reason: String) throws {
        let error = try failure { _ = try KafkaSettings.fromEnvironment(environment) }
        #expect(error.code == .invalidSetting)
        #expect("\(error)".contains(variable))
        #expect("\(error)".contains(reason), "\(error)")
        #expect(!"\(error)".contains("S3CRET"))
        #expect(!error.isRetriable && !error.isFatal && !error.mustAbortTransaction)
    }

    @Test(
        "hosts with and without a port, and IPv6 addresses, are servers",
        arguments: [
            "localhost", "host:9092", "[::1]:9092", "[::1]", "a:1, b:65535",
        ])
    func servers(_ servers: String) throws {
        #expect(try KafkaSettings.fromEnvironment(["KAFKA_BOOTSTRAP_SERVERS": servers]).bootstrapServers == servers)
    }

    @Test("settings can be logged: they don't show secrets")
    func secrets() {
        let settings = KafkaSettings(
            security: .saslSSL(username: "KEY", password: "S3CRET"),
            overrides: ["ssl.key.password": "S3CRET", "linger.ms": "3"])
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), "\(settings.security)", dumped] {
            #expect(!text.contains("S3CRET"))
        }
        #expect("\(settings)".contains("linger.ms=3"))
    }

    @Test("settings that librdkafka refuses together are an error when the client is made")
    func refusedTogether() throws {
        let error = try failure {
            _ = try KafkaProducer(
                settings: KafkaSettings(overrides: ["enable.idempotence": "false"]), transactionalID: "t", logger: quiet
            )
        }
        #expect(error.code == .invalidSetting)
        #expect(error.message.contains("idempotence"), "\(error)")
    }

    @Test("the user's overrides win over defaults and options, and lose to what the guarantees need")
    func precedence() throws {
        let settings = KafkaSettings(overrides: ["linger.ms": "7", "group.id": "stolen"])
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.producer + ClientDefault.plainProducer, settings: settings,
            options: ["linger.ms": "3", "batch.size": "1000"],
            fixed: [("group.id", "own")])
        #expect(configuration["linger.ms"] == "7")
        #expect(configuration["batch.size"] == "1000")
        #expect(configuration["group.id"] == "own")
        #expect(configuration["enable.idempotence"] == "true")
    }

    @Test(
        "a property that came with a later librdkafka is asked for from there on",
        arguments: [
            ("fetch.queue.backoff.ms", 0x0202_0000), ("retry.backoff.max.ms", 0x0203_0000),
            ("group.protocol", 0x0204_0000),
            ("enable.metrics.push", 0x0205_0000),
        ] as [(String, Int32)])
    func laterProperties(name: String, version: Int32) throws {
        let property = try #require((ClientDefault.all + ClientDefault.consumer).first { $0.name == name })
        #expect(!property.isKnown(to: 0x0200_02ff))
        #expect(!property.isKnown(to: version - 1))
        #expect(property.isKnown(to: version))
        #expect(property.isKnown(to: 0x0210_01ff))
        let configuration = try ClientConfiguration(
            defaults: ClientDefault.all + ClientDefault.consumer, settings: KafkaSettings(), options: [:], fixed: [])
        #expect(configuration[name] == (property.isKnown(to: rd_kafka_version()) ? property.value : nil))
    }

    @Test("every default is one that librdkafka takes")
    func defaultsAreTaken() throws {
        _ = try ClientConfiguration(
            defaults: ClientDefault.all + ClientDefault.consumer + ClientDefault.producer + ClientDefault.plainProducer
                + ClientDefault.transactionalProducer,
            settings: KafkaSettings(), options: [:], fixed: [])
    }
}
