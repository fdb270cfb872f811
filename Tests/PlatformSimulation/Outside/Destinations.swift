import OrderEvents
import OrderServices
import OrderStore
import OrderTracing

@testable import BrokerSimulation

/// The payment processor, as one client sees it.
///
/// Unchecked: a life has one thread.
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
        let course = try client.outsideCall("a write of \(batch.orders.count) documents to the store")
        if course != .fails { client.life.outside.store.apply(batch) }
        try client.afterOutsideCall()
        if course != .succeeds { throw OutsideFault(what: "the store is away") }
    }
}
