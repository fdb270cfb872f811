import Logging
import OrderEvents
import OrderServices
import Secrets
import StreamProcessing
import Webhooks

@testable import WebhookDelivery

/// The services of a run.
enum ServiceKind: Int, CaseIterable {
    case fraud, payments, analytics, alerting, sink, webhooks

    var definition: TaskDefinition {
        switch self {
        case .fraud: FraudProcessor.definition
        case .payments: PaymentProcessor.definition
        case .analytics: AnalyticsProcessor.definition
        case .alerting: AlertingProcessor.definition
        case .sink: SinkProcessor.definition
        case .webhooks: WebhookProcessor.definition
        }
    }

    func makeProcessor(for client: PlatformClient) -> any StreamProcessor {
        switch self {
        case .fraud: FraudProcessor()
        case .payments: PaymentProcessor(gateway: LifeGateway(client: client))
        case .analytics: AnalyticsProcessor()
        case .alerting: AlertingProcessor(destination: LifeAlerts(client: client), logger: .silent)
        case .sink: SinkProcessor(store: LifeStore(client: client))
        case .webhooks: webhooks(for: client)
        }
    }

    private func webhooks(for client: PlatformClient) -> WebhookProcessor {
        let processor = WebhookProcessor(endpoints: Outside.endpoints, logger: .silent) {
            LifeEndpoint(client: client, name: $0.name)
        }
        processor.random = LifeRandom(client.life)
        return processor
    }
}

extension Logger {
    static let silent = Logger(label: "run") { _ in SwiftLogNoOpLogHandler() }
}
