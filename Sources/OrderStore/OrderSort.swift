/// The order of a list of orders: one for each order that a store can walk without sorting.
public enum OrderSort: String, CaseIterable, Sendable {
    /// By created_at, then order_id, the latest first.
    case newestFirst = "-created_at"
    /// By created_at, then order_id, the earliest first.
    case oldestFirst = "created_at"
    case highestIDFirst = "-order_id"
    case lowestIDFirst = "order_id"

    /// Whether it goes by created_at: then a cursor holds a moment, too.
    public var isByTime: Bool { self == .newestFirst || self == .oldestFirst }
    /// The same list from its other end.
    public var reversed: OrderSort {
        switch self {
        case .newestFirst: .oldestFirst
        case .oldestFirst: .newestFirst
        case .highestIDFirst: .lowestIDFirst
        case .lowestIDFirst: .highestIDFirst
        }
    }

    package var isDescending: Bool { self == .newestFirst || self == .highestIDFirst }
}
