import OrderEvents
import StreamProcessing
import Testing
import WebhookDelivery

@testable import OrderServices

/// What is written by hand beside the topology agrees with it.
@Suite struct ServiceTopologyTests {
    @Test func eachProcessorIsTheServiceThatTheTopologySays() {
        let definitions = [
            FraudProcessor.definition, PaymentProcessor.definition, AnalyticsProcessor.definition,
            SinkProcessor.definition,
            AlertingProcessor.definition, WebhookProcessor.definition,
        ]
        let services = Topology.services + Topology.optional
        #expect(definitions.map(\.name) == services.map(\.name))
        #expect(definitions.map(\.group) == services.map(\.group))
        #expect(definitions.map(\.inputs) == services.map(\.inputs))
        #expect(definitions.map(\.changelog) == services.map(\.changelog))
    }
}
