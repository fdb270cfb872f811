import NIOCore
import OrderEvents

/// What happened to an order, by time, as far as its document tells.
enum OrderTrail {
    struct Step: Equatable, Sendable {
        let event: String
        let at: Timestamp
        var detail: String?
    }

    /// Steps of the same moment stand in the order in which they can only have happened.
    static func steps(of document: OrderDocument) -> [Step] {
        var steps: [Step] = []
        for status in OrderStatus.allCases {
            if let seen = document.firstSeen(status) { steps.append(Step(event: "ORDER_\(status.wireName)", at: seen)) }
        }
        if let payment = document.payment {
            steps.append(
                Step(
                    event: "PAYMENT_\(payment.status.wireName)", at: payment.processedAt,
                    detail: payment.declineReason.map { "\($0.wireName)" }))
        }
        if let fraud = document.fraud {
            steps.append(Step(event: "FRAUD_FLAGGED", at: fraud.detectedAt, detail: "\(fraud.reason.wireName)"))
        }
        if let conflicts = document.conflicts {
            steps.append(
                Step(event: "ORDER_CONFLICT", at: conflicts.seenAt, detail: text(conflicts, of: document.order)))
        }
        return steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// "amount is 9999.00 USD instead of 10.00 AUD; nothing was changed". Of several the latest is described.
    private static func text(_ conflicts: OrderConflicts, of order: Order) -> String {
        let differences = order.terms.differences(to: conflicts.terms).map(\.description).joined(separator: "; ")
        let number = conflicts.count == 1 ? "" : " (the latest of \(conflicts.count))"
        return "\(differences); nothing was changed\(number)"
    }

    /// The document's view with the member `trail`.
    static func view(of document: OrderDocument) -> ByteBuffer {
        var writer = JSONWriter(capacity: 1536)
        writer.object(
            extending: {
                document.encodeView(into: &$0)
            },
            with: { json in
                json.array("trail", steps(of: document)) { json, step in
                    json.object {
                        $0.member("event", step.event)
                        $0.member("at", step.at)
                        if let detail = step.detail { $0.member("detail", detail) }
                    }
                }
            })
        return writer.buffer
    }
}
