import NIOCore
import OrderEvents

/// What happened to an order, by time, as far as its document tells.
enum OrderTrail {
    static let conflict = "ORDER_CONFLICT"

    /// Steps of the same moment stand in the order in which they can only have happened.
    static func steps(of document: OrderDocument) -> [TrailStep] {
        var steps: [TrailStep] = []
        for status in OrderStatus.allCases {
            if let seen = document.firstSeen(status) {
                steps.append(TrailStep(event: "ORDER_\(status.wireName)", at: seen, topic: Topics.orders.name))
            }
        }
        if let payment = document.payment {
            steps.append(
                TrailStep(
                    event: "PAYMENT_\(payment.status.wireName)", at: payment.processedAt,
                    detail: payment.declineReason.map { "\($0.wireName)" }, topic: Topics.payments.name))
        }
        if let fraud = document.fraud {
            steps.append(
                TrailStep(
                    event: "FRAUD_FLAGGED", at: fraud.detectedAt, detail: "\(fraud.reason.wireName)",
                    topic: Topics.fraudAlerts.name))
        }
        if let conflicts = document.conflicts {
            steps.append(
                TrailStep(
                    event: conflict, at: conflicts.seenAt, detail: text(conflicts, of: document.order),
                    topic: Topics.orders.name))
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
    ///
    /// - Parameter places: where each step's record stands; nil for those that are not known.
    static func view(
        of document: OrderDocument, _ steps: [TrailStep], places: [RecordPlaceInLog?]
    ) -> ByteBuffer {
        var writer = JSONWriter(capacity: 2_048)
        writer.object(
            extending: {
                document.encodeView(into: &$0)
            },
            with: { json in
                json.array("trail", steps.enumerated()) { json, entry in
                    let (place, step) = (entry.offset, entry.element)
                    json.object { json in
                        json.member("event", step.event)
                        json.member("at", step.at)
                        if place > 0 {
                            let before = steps[place - 1].at
                            json.member(
                                "latency_ms", step.at.millisecondsSinceEpoch - before.millisecondsSinceEpoch)
                        }
                        if let detail = step.detail { json.member("detail", detail) }
                        json.member("topic", step.topic)
                        if let found = place < places.count ? places[place] : nil {
                            json.member("partition", Int64(found.partition))
                            json.member("offset", found.offset)
                            if let trace = found.traceID { json.member("trace_id", trace) }
                        }
                    }
                }
            })
        return writer.buffer
    }
}
