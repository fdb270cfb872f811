/// Which facets of an order have been replaced, among segments that are being merged.
///
/// Of each order that is an update in one of them it knows the newest such segment. It also knows whether the first facet
/// of the order is in one of them: then no segment outside has an older one. A table with open addressing: it is asked
/// for every entry.
struct SupersededFacets: Sendable {
    /// Updates that are remembered at most. The facets that others replace stay, which costs readers time, not exactness.
    static let maximumUpdates = 1 << 20

    /// 0 is nobody's id.
    private var ids: [Int64]
    /// The segment's number, and above it ``first``.
    private var ranks: [UInt8]
    private let mask: Int
    private var count = 0

    private static let first: UInt8 = 0x80

    /// - Parameter updates: how many there are at most.
    init(updates: Int) {
        var capacity = 16
        while capacity < 2 * min(updates, Self.maximumUpdates) { capacity *= 2 }
        ids = Array(repeating: 0, count: updates == 0 ? 0 : capacity)
        ranks = Array(repeating: 0, count: ids.count)
        mask = ids.count - 1
    }

    var isEmpty: Bool { count == 0 }

    /// The order is an update in the segment of this rank, 0...127. Ranks come in ascending order.
    mutating func noteUpdate(_ id: Int64, rank: Int) {
        guard let slot = slot(id) else { return }
        if ids[slot] == 0 {
            guard count < ids.count / 2 else { return }
            ids[slot] = id
            count += 1
        }
        ranks[slot] = ranks[slot] & Self.first | UInt8(rank)
    }

    /// The order is no update in one of the segments. After all updates have been noted.
    mutating func noteFirst(_ id: Int64) {
        guard let slot = slot(id), ids[slot] == id else { return }
        ranks[slot] |= Self.first
    }

    /// What becomes of a facet's entry in the segment of this rank; nil if it goes.
    @inline(__always)
    func kept(_ entry: SearchEntry, rank: Int) -> SearchEntry? {
        guard count > 0, let slot = slot(entry.id), ids[slot] == entry.id else { return entry }
        if Int(ranks[slot] & ~Self.first) > rank { return nil }
        var kept = entry
        if ranks[slot] & Self.first != 0 { kept.detail = 0 }
        return kept
    }

    /// Whether an update is known to replace only facets of the segments that are merged.
    @inline(__always)
    func isWhole(_ id: Int64) -> Bool {
        guard count > 0, let slot = slot(id), ids[slot] == id else { return false }
        return ranks[slot] & Self.first != 0
    }

    /// Where the id is, or would be.
    @inline(__always)
    private func slot(_ id: Int64) -> Int? {
        guard id != 0, mask >= 0 else { return nil }
        var slot = Int(truncatingIfNeeded: (UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while ids[slot] != id, ids[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }
}
