import OrderEvents
import Testing

@testable import OrderAudit

/// What the audit has written by hand beside the topology agrees with it.
@Suite struct ConsumptionTests {
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
}
