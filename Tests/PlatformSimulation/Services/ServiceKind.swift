import Logging
import OrderEvents
import OrderServices
import StreamProcessing

/// The services of a life.
enum ServiceKind: Int, CaseIterable {
    case fraud, payments, analytics, alerting, sink

    var definition: TaskDefinition {
        switch self {
        case .fraud: FraudProcessor.definition
        case .payments: PaymentProcessor.definition
        case .analytics: AnalyticsProcessor.definition
        case .alerting: AlertingProcessor.definition
        case .sink: SinkProcessor.definition
        }
    }

    func makeProcessor(for client: PlatformClient) -> any StreamProcessor {
        switch self {
        case .fraud: FraudProcessor()
        case .payments: PaymentProcessor(gateway: LifeGateway(client: client))
        case .analytics: AnalyticsProcessor()
        case .alerting: AlertingProcessor(destination: LifeAlerts(client: client), logger: .silent)
        case .sink: SinkProcessor(store: LifeStore(client: client))
        }
    }
}

extension Logger {
    static let silent = Logger(label: "life") { _ in SwiftLogNoOpLogHandler() }
}
