import OrderEvents
import OrderServices
import OrderStore
import OrderTracing
import WebhookDelivery
import Webhooks

@testable import BrokerSimulation

/// The payment processor, as one client sees it.
///
/// Unchecked: a run has one thread.
struct LifeGateway: PaymentGateway, @unchecked Sendable {
    unowned let client: PlatformClient

    func charge(_ requests: [ChargeRequest], traces: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome] {
        let outside = client.life.outside
        let course = try client.outsideCall("the charge of \(requests.count) orders")
        var outcomes: [ChargeOutcome] = []
        let isPartial = course != .succeeds && client.life.random.flip()
        for request in requests {
            let isLeftOut = isPartial ? client.life.random.flip() : course != .succeeds
            if !isLeftOut || course == .failsAfterwards { note(request, outside) }
            outcomes.append(isLeftOut ? .unanswered(PaymentGatewayError("away")) : outside.outcome(of: request.orderID))
        }
        try client.afterOutsideCall()
        if course == .fails, !isPartial { throw PaymentGatewayError("away") }
        return outcomes
    }

    private func note(_ request: ChargeRequest, _ outside: Outside) {
        if case .refused = outside.outcome(of: request.orderID) { return }
        guard let first = outside.charges[request.orderID] else {
            outside.charges[request.orderID] = request
            return
        }
        if first != request {
            outside.contradictions.append("order \(request.orderID) was charged as \(first), then as \(request)")
        }
    }
}

/// The webhook of alerts, as one client sees it.
struct LifeAlerts: AlertDestination, @unchecked Sendable {
    unowned let client: PlatformClient

    func deliver(_ alert: FraudAlert) async throws -> AlertAnswer {
        let outside = client.life.outside
        let course = try client.outsideCall("the alert of order \(alert.orderID)")
        let isRefused = outside.refusesAlert(of: alert.orderID)
        if course != .fails, !isRefused { outside.alerts[alert.orderID, default: 0] += 1 }
        try client.afterOutsideCall()
        if course != .succeeds { throw OutsideFault(what: "the webhook is away") }
        return isRefused ? .refused("410 Gone") : .delivered
    }
}

/// The store, as one client sees it.
final class LifeStore: WritingStore, @unchecked Sendable {
    unowned let client: PlatformClient

    init(client: PlatformClient) { self.client = client }

    override func apply(_ batch: StoreBatch) async throws {
        let (life, store) = (client.life, client.life.outside.store)
        if life.happens(life.plan.outsideFaults / 4) { store.indigestion = life.random.within(1...6) }
        if store.indigestion > 0, batch.orders.count + batch.aggregates.count > 1 {
            store.indigestion -= 1
            client.isInPieces = true
            life.coverage[.refusedBatches] += 1
            life.tell("\(client.name): the store refuses a batch, and does not say why")
            throw UnclassifiedFault()
        }
        let course = try client.outsideCall("a write of \(batch.orders.count) documents to the store")
        if course != .fails { store.apply(batch) }
        try client.afterOutsideCall()
        if course != .succeeds { throw OutsideFault(what: "the store is away") }
    }
}

/// An endpoint of outcomes, as one client sees it.
struct LifeEndpoint: DeliverySender, @unchecked Sendable {
    unowned let client: PlatformClient
    let name: String

    func send(_ body: [UInt8], id: String) async throws -> DeliveryAnswer {
        let outside = client.life.outside
        let away = DeliveryAnswer.failed(status: nil, detail: "away", retryAfter: nil)
        do {
            let course = try client.outsideCall("the delivery of \(id) to \(name)")
            if course != .fails { outside.deliveries["\(name) \(id)", default: 0] += 1 }
            try client.afterOutsideCall()
            if course != .succeeds { return away }
        } catch {
            // The process is dead: nobody hears of it.
            return away
        }
        return outside.refusesEvent(id, at: name) ? .refused(status: 422) : .delivered(status: 200)
    }
}
