import CoreMetrics
import OrderEvents
import Synchronization

/// `orders_refunds_due` and `orders_refunds_due_amount`, by currency.
final class RefundGauges: Sendable {
    static let ordersLabel = "orders_refunds_due"
    static let amountLabel = "orders_refunds_due_amount"

    private struct Gauges: Sendable {
        let orders: Meter
        let amount: Meter
    }

    private let factory: any MetricsFactory
    private let gauges = Mutex<[Currency: Gauges]>([:])

    init(factory: any MetricsFactory) { self.factory = factory }

    /// A currency that has none any more shows 0.
    func set(_ refunds: [RefundsDue]) {
        gauges.withLock { gauges in
            for (currency, known) in gauges where !refunds.contains(where: { $0.currency == currency }) {
                known.orders.set(0)
                known.amount.set(0)
            }
            for refund in refunds {
                let dimensions = [("currency", refund.currency.code)]
                let known =
                    gauges[refund.currency]
                    ?? Gauges(
                        orders: Meter(label: Self.ordersLabel, dimensions: dimensions, factory: factory),
                        amount: Meter(label: Self.amountLabel, dimensions: dimensions, factory: factory))
                gauges[refund.currency] = known
                known.orders.set(refund.orders)
                known.amount.set(Double(refund.amount) / Double(refund.currency.minorUnitsPerUnit))
            }
        }
    }
}
