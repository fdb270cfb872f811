import OrderEvents
import StreamProcessing
import Testing

@testable import OrderServices

/// What is written by hand beside the topology agrees with it.
@Suite struct ServiceTopologyTests {
    private struct Reading: Hashable {
        var group: String
        var topic: String
    }

    @Test func theAuditKnowsEveryReadingOfATopic() {
        let known = Consumption.allCases.map { Reading(group: $0.group, topic: $0.topic.name) }
        let all = Topology.services.flatMap { service in service.inputs.map { Reading(group: service.group, topic: $0) }
        }
        #expect(Set(known) == Set(all) && known.count == all.count)
        #expect(Set(Consumption.allCases.map(\.deadLetterTopic)) == Set(Topology.services.flatMap(\.deadLetterTopics)))
        #expect(FlowTopic.allCases.map(\.name) == Topology.topics)
    }

    @Test func eachProcessorIsTheServiceThatTheTopologySays() {
        let definitions = [
            FraudProcessor.definition, PaymentProcessor.definition, AnalyticsProcessor.definition,
            SinkProcessor.definition,
            AlertingProcessor.definition,
        ]
        #expect(definitions.map(\.name) == Topology.services.map(\.name))
        #expect(definitions.map(\.group) == Topology.services.map(\.group))
        #expect(definitions.map(\.inputs) == Topology.services.map(\.inputs))
        #expect(definitions.map(\.changelog) == Topology.services.map(\.changelog))
    }
}
