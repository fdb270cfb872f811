import GRDB
import OrderEvents

/// What the notes have of a page: of each order the latest.
struct NotedOrders {
    /// With more notes than this the keeper is far behind, and the list is walked instead.
    static let maximumNotes: Int64 = 4_096
    /// With more orders noted than this, too.
    static let maximumOrders: Int64 = 98_304

    /// Orders that pass, in the list's order.
    let passing: [SearchEntry]
    /// Orders that were written again and do not pass, in the list's order.
    let updated: [SearchEntry]

    private struct Noted {
        let place: OrderWalk.Place
        let passes: Bool
        let isUpdate: Bool
    }

    /// nil where too many are noted.
    ///
    /// - Parameter keepsUpdated: whether those that do not pass matter, because segments may have a facet that does.
    init?(
        _ range: SearchRange, keepsUpdated: Bool, _ db: Database, passes: (SearchRecord) -> Bool
    ) throws {
        let counts = try RawStatement(db, SearchSQL.noteCounts)
        defer { counts.reset() }
        guard try counts.step(), counts.integer(0) <= Self.maximumNotes, counts.integer(1) <= Self.maximumOrders else {
            return nil
        }
        let statement = try RawStatement(db, SearchSQL.notes)
        defer { statement.reset() }
        var all: [Noted] = []
        while try statement.step() {
            let count = statement.integer(1)
            try statement.withBytes(2) { bytes in
                try SearchNote.read(bytes, count: count) { record in
                    let place = OrderWalk.Place(moment: record.moment, id: record.id)
                    guard range.contains(place) else { return }
                    let noted = Noted(place: place, passes: passes(record), isUpdate: record.isUpdate)
                    if keepsUpdated || noted.passes { all.append(noted) }
                }
            }
        }
        let inOrder = Self.sorted(all, range)
        passing = inOrder.filter(\.passes).map { Self.entry($0.place) }
        updated = inOrder.filter { !$0.passes && $0.isUpdate }.map { Self.entry($0.place) }
    }

    /// In the list's order, of each order the one that was noted last.
    private static func sorted(_ all: [Noted], _ range: SearchRange) -> [Noted] {
        var order = all.indices.map { UInt32($0) }
        RadixSort.sort(&order, by: all.map { RadixSort.ascending($0.place.id) })
        var latest: [UInt32] = []
        latest.reserveCapacity(order.count)
        for place in order {
            if let last = latest.last, all[Int(last)].place.id == all[Int(place)].place.id { latest.removeLast() }
            latest.append(place)
        }
        RadixSort.sort(&latest, by: all.map { RadixSort.ascending($0.place.moment) })
        return range.isDescending ? latest.reversed().map { all[Int($0)] } : latest.map { all[Int($0)] }
    }

    private static func entry(_ place: OrderWalk.Place) -> SearchEntry {
        SearchEntry(key: 0, moment: place.moment, id: place.id, detail: 0)
    }
}
