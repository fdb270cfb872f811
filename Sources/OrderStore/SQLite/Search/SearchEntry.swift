/// One order under one key of the search index, at its place in a list by time.
struct SearchEntry: Equatable, Sendable {
    var key: Int64
    /// created_at, in milliseconds.
    var moment: Int64
    var id: Int64
    /// With a key of amounts the amount. With a facet 1 if an older segment may have another facet of the order. Else 0.
    var detail: Int64

    /// By key, then place. Entries with the same of both are the same one, whatever their detail.
    @inline(__always)
    static func < (left: SearchEntry, right: SearchEntry) -> Bool {
        if left.key != right.key { return left.key < right.key }
        if left.moment != right.moment { return left.moment < right.moment }
        return left.id < right.id
    }

    @inline(__always)
    func isSame(as other: SearchEntry) -> Bool { id == other.id && moment == other.moment && key == other.key }

    /// Before all updates of a segment, which come last in it.
    static let beforeUpdates = SearchEntry(key: SearchKey.update, moment: .min, id: .min, detail: 0)

    var place: OrderWalk.Place { OrderWalk.Place(moment: moment, id: id) }
}

/// What the index has to know of an order that was written.
struct SearchRecord: Equatable, Sendable {
    var id: Int64
    var moment: Int64
    /// Keys and amount as ``SearchKey`` and ``AmountScale`` make them.
    var facet: Int64
    var customer: Int64
    var amount: Int64
    /// Whether the store had the order before: then an older segment may have another facet of it.
    var isUpdate: Bool
}
