import Testing

@testable import OrderEvents

@Suite struct TopologyTests {
    @Test func theGroupsAreThoseThatOperatorsKnow() {
        #expect(Topology.services.map(\.name) == ["fraud", "payments", "analytics", "sink", "alerting"])
        #expect(
            Topology.services.map(\.group) == [
                "fraud-group", "payments-group", "analytics-group", "sink-group", "alerting-group",
            ])
        #expect(Topology.optional.map(\.group) == ["webhooks-group"])
    }

    @Test func whatServicesReadAndWriteAreTheTopicsOfTheFlow() {
        let used = Set(Topology.services.flatMap { $0.inputs + $0.outputs })
        #expect(used == Set(Topology.topics))
        #expect(Topology.topics == ["orders", "payments", "fraud-alerts", "order-analytics"])
    }

    @Test func aChangelogIsAnOutputOfOneServiceAlone() {
        for service in Topology.services where service.changelog != nil {
            #expect(service.outputs.contains(service.changelog!))
        }
        let changelogs = Topology.services.compactMap(\.changelog)
        #expect(Set(changelogs).count == changelogs.count)
    }

    @Test func anOrderPassesEveryServiceButAlertingOnItsWayToTheStore() {
        #expect(
            Topology.path(to: Topology.sink) == [Topology.fraud, Topology.payments, Topology.analytics, Topology.sink])
        #expect(Topology.path(to: Topology.alerting) == [Topology.fraud, Topology.payments, Topology.alerting])
        #expect(Topology.path(to: Topology.fraud) == [Topology.fraud, Topology.payments])
    }

    @Test func everyReadingHasItsDeadLetterTopicAndEveryTopicIsMadeOnce() {
        let specs = Topology.topicSpecs(homes: 3)
        #expect(Set(specs.map(\.name)).count == specs.count)
        for topic in (Topology.services + Topology.optional).flatMap(\.deadLetterTopics) + Topology.topics
            + ["webhook-deliveries", "webhook-requests"]
        {
            #expect(specs.first { $0.name == topic }?.partitions == 3)
        }
        #expect(specs.count == 4 + 2 + 9 + 3)
    }

    @Test func theReadersOfATopicAreTheGroupsOfItsServices() {
        #expect(Topology.readers["orders"] == ["fraud-group", "payments-group", "analytics-group"])
        #expect(Topology.readers["order-analytics"] == ["sink-group"])
    }
}
