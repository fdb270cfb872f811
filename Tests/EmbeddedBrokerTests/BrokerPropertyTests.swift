import Testing

@testable import EmbeddedBroker
@testable import KafkaProtocol

@Suite("Settings by Kafka's names")
struct BrokerPropertyTests {
    private func configuration(_ values: [String: String]) throws -> EmbeddedBrokerConfiguration {
        var configuration = EmbeddedBrokerConfiguration(dataDirectory: "data")
        for (name, value) in values { try configuration.set(name, to: value) }
        return configuration
    }

    @Test("every setting says what it is, and takes its own value back")
    func defaults() throws {
        let configuration = EmbeddedBrokerConfiguration(dataDirectory: "data")
        for property in EmbeddedBrokerConfiguration.properties {
            var again = configuration
            try again.set(property.name, to: property.read(configuration))
            #expect(property.read(again) == property.read(configuration), "\(property.name)")
            #expect(property.summary.hasSuffix(".") && !property.values.isEmpty, "\(property.name)")
        }
        try configuration.validate()
    }

    @Test("a value takes effect")
    func values() throws {
        let settings = try configuration([
            "num.partitions": "12", "auto.create.topics.enable": "false", "group.initial.rebalance.delay.ms": "3000",
            "log.retention.check.interval.ms": "100", "offsets.retention.minutes": "5",
            "offsets.retention.check.interval.ms": "200",
            "producer.id.expiration.ms": "1000", "transactional.id.expiration.ms": "2000", "log.retention.ms": "-1",
        ]).settings
        #expect(settings.defaultPartitions == 12 && !settings.autoCreatesTopics)
        #expect(settings.initialRebalanceDelayMilliseconds == 3000 && settings.maintenanceIntervalMilliseconds == 100)
        #expect(settings.offsetRetentionMilliseconds == 300_000 && settings.offsetExpiryIntervalMilliseconds == 200)
        #expect(
            settings.producerExpirationMilliseconds == 1000 && settings.transactionalIDExpirationMilliseconds == 2000)
        #expect(settings.log.retentionMilliseconds == -1)
    }

    @Test(
        "a wrong value or name is an error that says what is right",
        arguments: [
            ("num.partitions", "0"), ("num.partitions", "six"), ("auto.create.topics.enable", "yes"),
            ("log.retention.ms", "-2"),
            ("transactional.id.expiration.ms", "0"), ("transactional.id.expiration.ms", "99999999999999999999"),
            ("no.such", "1"),
        ])
    func wrong(name: String, value: String) {
        #expect(throws: EmbeddedBrokerError.self) { try configuration([name: value]) }
    }

    @Test("the core is given what is set, and what is the default, to show it to clients")
    func shown() throws {
        let shown = try configuration(["num.partitions": "3"]).settings.properties
        #expect(shown.map(\.name) == EmbeddedBrokerConfiguration.properties.map(\.name))
        #expect(shown.map(\.documentation) == EmbeddedBrokerConfiguration.properties.map(\.summary))
        #expect(shown.filter(\.isSet).map(\.name) == ["num.partitions"])
        #expect(shown.first { $0.name == "num.partitions" }?.value == "3")
        #expect(shown.first { $0.name == "auto.create.topics.enable" }?.value == "true")
    }
}
