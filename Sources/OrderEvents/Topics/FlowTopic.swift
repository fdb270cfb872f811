/// A topic of the flow of orders: those that are joined by order, and moved together.
package enum FlowTopic: Int, CaseIterable, Sendable {
    case orders, payments, fraudAlerts, orderAnalytics

    package var name: String {
        switch self {
        case .orders: Topics.orders.name
        case .payments: Topics.payments.name
        case .fraudAlerts: Topics.fraudAlerts.name
        case .orderAnalytics: Topics.orderAnalytics.name
        }
    }
}
