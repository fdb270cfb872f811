import OrderEvents
import StreamProcessing
import Testing

@testable import OrderServices

/// What is written by hand beside the topology agrees with it.
@Suite struct ServiceTopologyTests {
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
