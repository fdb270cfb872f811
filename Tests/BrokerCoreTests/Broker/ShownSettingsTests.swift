import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite("Settings as clients see them")
struct ShownSettingsTests {
    private var properties: [BrokerSettings.Property] {
        [
            .init(name: "num.partitions", value: "3", kind: .integer, documentation: "Partitions.", isSet: true),
            .init(name: "log.retention.ms", value: "1000", kind: .long, documentation: "A time.", isSet: false),
            .init(name: "message.max.bytes", value: "2048", kind: .integer, documentation: "A size.", isSet: false),
        ]
    }

    @Test("clients see what is set, and what is the default")
    func described() throws {
        var settings = CoreHarness.smallSettings
        settings.properties = properties
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic("t", configs: ["retention.ms": "5000"])
        func describe(_ type: Int8, _ name: String) throws -> [String: DescribeConfigsResult.Config] {
            let token = broker.send(
                DescribeConfigsRequest(
                    resources: [.init(resourceType: type, resourceName: name)], includeSynonyms: true,
                    includeDocumentation: true))
            let configs = try #require(broker.response(token, as: DescribeConfigsResponse.self)?.results.first?.configs)
            return Dictionary(uniqueKeysWithValues: configs.map { ($0.name, $0) })
        }
        let own = try describe(4, "1")
        #expect(own["num.partitions"]?.value == "3" && own["num.partitions"]?.configSource == ConfigSource.staticBroker)
        #expect(own["log.retention.ms"]?.configSource == ConfigSource.byDefault)
        for property in properties { #expect(own[property.name]?.documentation == property.documentation) }
        let topic = try describe(2, "t")
        #expect(topic["retention.ms"]?.value == "5000" && topic["retention.ms"]?.isDefault == false)
        #expect(topic["retention.ms"]?.synonyms.map(\.name) == ["retention.ms", "log.retention.ms"])
        #expect(topic["retention.ms"]?.synonyms.map(\.source) == [ConfigSource.topic, ConfigSource.byDefault])
        #expect(topic["max.message.bytes"]?.synonyms.map(\.name) == ["message.max.bytes"])
    }
}
