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
    var isDescending: Bool { self == .newestFirst || self == .highestIDFirst }
}
