import Kafka
import OrderEvents
import StreamProcessing
import Webhooks

/// What people ask for.
extension WebhookProcessor {
    func takeRequest(_ record: Record, now: Timestamp, in context: any TaskContext) throws {
        let request: WebhookRequest?
        do {
            request = try Topics.webhookRequests.value(of: record)
        } catch {
            return context.deadLetter(record, DeadLetterReason(error))
        }
        switch request {
        case .redeliver(let redelivery): try redeliver(redelivery, record, now: now, in: context)
        case .enable(let name): try enable(name, in: record.partition, now: now, context)
        case nil: break
        }
    }

    /// The endpoints that a request is about; those that it names and that there are not are said in the log.
    private func endpoints(named name: String) -> [WebhookEndpoint] {
        let found = endpoints.filter { $0.name == name }
        if found.isEmpty {
            logger.warning("a request names no webhook endpoint that there is", metadata: ["endpoint": "\(name)"])
        }
        return found
    }

    private func redeliver(
        _ redelivery: WebhookRequest.Redelivery, _ record: Record, now: Timestamp, in context: any TaskContext
    ) throws {
        let subscribers = endpoints.filter { $0.outcomes.contains(redelivery.event.type) }
        let chosen = redelivery.endpoint.map { endpoints(named: $0) } ?? subscribers
        if chosen.isEmpty { return }
        let place = PendingDeliveries.Place(
            key: LedgerKey(orderID: redelivery.orderID.rawValue), partition: record.partition)
        let committed = try changed[place].map(\.committed) ?? state(at: place, in: context)
        var ledger = changed[place]?.ledger ?? committed ?? WebhookLedger(of: redelivery.orderID)
        ledger.redeliver(redelivery.event, to: chosen.map(\.name), now: now)
        ledger.follow(context.trace(of: record))
        changed[place] = Entry(ledger: ledger, committed: committed)
    }

    private func enable(_ name: String, in home: Int32, now: Timestamp, _ context: any TaskContext) throws {
        for endpoint in endpoints(named: name) {
            if standings[name]?.disabled != nil {
                logger.notice(
                    "a webhook endpoint is used again: a person enabled it", metadata: ["endpoint": "\(name)"])
            }
            standings[name] = EndpointStanding()
            try write(EndpointMark(endpoint, disabled: nil, at: now), in: home, context)
        }
    }
}
