import CoreMetrics
import OrderEvents
import Synchronization
import Telemetry

/// `orders_refunds_due` and `orders_refunds_due_amount`, by currency.
final class RefundGauges: Sendable {
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
                let known =
                    gauges[refund.currency]
                    ?? Gauges(
                        orders: Metric.refundsDue(refund.currency.code, in: factory),
                        amount: Metric.refundsDueAmount(refund.currency.code, in: factory))
                gauges[refund.currency] = known
                known.orders.set(refund.orders)
                known.amount.set(Double(refund.amount) / Double(refund.currency.minorUnitsPerUnit))
            }
        }
    }
}
