import Kafka
import LogLimit
import Logging
import OrderEvents
import StreamProcessing

/// Writes each fraud alert to the log and, where there is one, posts it to the webhook.
public final class AlertingProcessor: StreamProcessor {
    public static let definition = TaskDefinition(Topology.alerting, maxBatch: 500)

    /// As `definition`, in batches that the webhook gets through in time.
    public static func definition(for webhook: Webhook?) -> TaskDefinition {
        var definition = definition
        if webhook != nil { definition.maxBatch = Webhook.maxBatch }
        return definition
    }

    private let destination: (any AlertDestination)?
    private let logger: Logger
    private let lines = LogLimiter(.warning, "fraud alert")
    private var answers = Answers<FraudAlert, AlertAnswer>()

    /// - Parameter destination: nil: alerts are only logged.
    public init(destination: (any AlertDestination)?, logger: Logger) {
        self.destination = destination
        self.logger = logger
    }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        for record in batch {
            guard let alert = read(record, in: context) else { continue }
            // One that was moved is read where its copy lies.
            if context.place(of: alert.orderID, record, on: Topics.fraudAlerts) == .moved { continue }
            // A refusal's dead letter was rolled back with its batch; it is set aside again with each attempt.
            if case .refused(let detail) = try await answer(to: alert, record, in: context) {
                context.deadLetter(record, DeadLetterReason(code: "webhook_refused", detail: detail))
            }
        }
    }

    /// The alert in a record; nil: there is none, or it was set aside.
    private func read(_ record: Record, in context: any TaskContext) -> FraudAlert? {
        do {
            return try Topics.fraudAlerts.value(of: record)
        } catch {
            context.deadLetter(record, DeadLetterReason(error))
            return nil
        }
    }

    /// What the destination says of the alert, or said in an attempt that was rolled back.
    private nonisolated(nonsending) func answer(
        to alert: FraudAlert, _ record: Record, in context: any TaskContext
    ) async throws -> AlertAnswer {
        if let known = answers.answer(to: alert, about: record) { return known }
        var answer = AlertAnswer.delivered
        if let destination {
            answer = try await context.inTrace(of: record) { try await destination.deliver(alert) }
        }
        answers.note(answer, to: alert, about: record)
        // Nothing of the customer: whoever reads logs need not know who it is.
        let line: Logger.Metadata = ["order_id": "\(alert.orderID)", "reason": "\(alert.reason)"]
        lines.log(to: logger, record.logMetadata(on: Topics.fraudAlerts.name).merging(line) { $1 })
        return answer
    }

    public func commit() { answers.removeAll() }
}
