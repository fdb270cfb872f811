import ArgumentParser
import Kafka

/// Which Kafka a single service or a tool talks to.
struct KafkaOptions: ParsableArguments {
    @Option(
        help:
            "Kafka's bootstrap address. Environment: KAFKA_BOOTSTRAP_SERVERS. Default: 127.0.0.1:9092, the embedded broker."
    )
    var kafka: String?

    func settings(environment: [String: String]) throws -> KafkaSettings {
        var environment = environment
        if let kafka { environment["KAFKA_BOOTSTRAP_SERVERS"] = kafka }
        return try KafkaSettings.fromEnvironment(environment)
    }
}
