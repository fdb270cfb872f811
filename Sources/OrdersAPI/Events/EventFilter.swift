import OrderStore

/// Which events a client asked for. Clients of one filter share encoded frames.
///
/// `skipped`, `reset` and `bye` are about the stream itself, and come whatever was asked for.
struct EventFilter: Hashable, Sendable {
    /// The kinds of events that can be left out.
    enum Kind: String, CaseIterable, Sendable {
        case order, stats
    }

    /// nil: every kind.
    var kind: Kind?
    /// Which orders' changes.
    var orders = OrderFilter.all

    static let all = EventFilter()

    var wantsOrders: Bool { kind != .stats }
    var wantsStats: Bool { kind != .order }

    static let kindParameter = QueryParameter<Kind>.choice(
        "type", Kind.allCases.map { ($0.rawValue, $0) }, "Only events of this type; reset, skipped and bye come always")

    static var parameters: [ParameterSpec] {
        [
            kindParameter.spec, OrderParameters.country.spec, OrderParameters.minimumAmount.spec,
            OrderParameters.maximumAmount.spec,
        ]
    }

    init(kind: Kind? = nil, orders: OrderFilter = .all) {
        self.kind = kind
        self.orders = orders
    }

    init(query: QueryValues) throws(Problem) {
        kind = try query.value(Self.kindParameter)
        orders = OrderFilter(
            country: try query.value(OrderParameters.country),
            minimumAmount: try query.value(OrderParameters.minimumAmount),
            maximumAmount: try query.value(OrderParameters.maximumAmount))
    }
}
