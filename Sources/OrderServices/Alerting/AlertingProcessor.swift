import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// Writes each fraud alert to the log and, where there is one, posts it to the webhook.
public final class AlertingProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        name: "alerting", group: ConsumerGroups.alerting, inputs: [Topics.fraudAlerts.name], maxBatch: 500)

    /// As `definition`, in batches that the webhook gets through in time.
    public static func definition(for webhook: Webhook?) -> TaskDefinition {
        var definition = definition
        if webhook != nil { definition.maxBatch = Webhook.maxBatch }
        return definition
    }

    private let webhook: Webhook?
    private let logger: Logger
    private var json = JSONBytes()
    /// What was delivered of a batch that is not committed yet: a retry goes on where it stopped.
    private var delivered: Set<OrderID> = []
    private static let maximumDelivered = 10_000

    public init(webhook: Webhook?, logger: Logger) {
        self.webhook = webhook
        self.logger = logger
    }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: TaskContext) async throws {
        for record in batch {
            guard let value = record.value else { continue }
            let alert: FraudAlert
            do {
                alert = try FraudAlert(json: value)
            } catch {
                context.deadLetter(record, topic: Topics.fraudAlerts.name, reason: DeadLetterReason(error))
                continue
            }
            // One that was moved is read where its copy lies.
            if OrderKey(alert.orderID).withUnsafeBytes({ context.place(ofKey: $0, record, of: Topics.fraudAlerts.name) }) == .moved { continue }
            if delivered.contains(alert.orderID) { continue }
            try await deliver(alert, record, in: context)
            if delivered.count >= AlertingProcessor.maximumDelivered { delivered.removeAll() }
            delivered.insert(alert.orderID)
            logger.warning(
                "fraud alert",
                metadata: [
                    "order_id": "\(alert.orderID)", "reason": "\(alert.reason)", "amount": "\(alert.amount)",
                    "currency": "\(alert.amount.currency)", "country": "\(alert.country)", "customer_id": "\(alert.customerID)",
                ])
        }
    }

    private nonisolated(nonsending) func deliver(_ alert: FraudAlert, _ record: Record, in context: TaskContext) async throws {
        guard let webhook else { return }
        json.removeAll()
        alert.encode(into: &json)
        do {
            try await webhook.deliver(alert, json: json.bytes)
        } catch let refused as Webhook.Refused {
            context.deadLetter(
                record, topic: Topics.fraudAlerts.name,
                reason: DeadLetterReason(code: "webhook_refused", detail: "\(webhook.displayName): \(refused)"))
        }
    }

    public func commit() { delivered.removeAll(keepingCapacity: true) }
}
