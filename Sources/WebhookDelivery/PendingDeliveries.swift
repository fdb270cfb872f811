import HeapModule
import OrderEvents
import StreamProcessing
import Webhooks

/// The key of an order's ledger.
struct LedgerKey: StateKey {
    var orderID: Int64

    private static let prefix = "order-"

    init(orderID: Int64) { self.orderID = orderID }

    /// nil: not the key of a ledger.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: Self.prefix.utf8),
            let id = Int64(String(decoding: bytes.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
        else { return nil }
        orderID = id
    }

    var stateHash: UInt64 { UInt64(bitPattern: orderID) &* 0x9E37_79B9_7F4A_7C15 }

    func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Array("\(Self.prefix)\(orderID)".utf8).withUnsafeBytes(body)
    }
}

/// Which ledgers have deliveries that wait, and when the first is due. Bounded by whoever adds to it.
struct PendingDeliveries {
    struct Place: Hashable {
        var key: LedgerKey
        var partition: Int32
    }

    private struct Entry: Comparable {
        var due: Int64
        var place: Place

        static func < (left: Entry, right: Entry) -> Bool { left.due < right.due }
    }

    private var due: [Place: Int64] = [:]
    /// Holds entries that no longer count, too: those that differ from `due`.
    private var heap = Heap<Entry>()

    var count: Int { due.count }

    /// - Parameter moment: milliseconds since 1970; nil: nothing of it waits any more.
    mutating func set(_ place: Place, due moment: Int64?) {
        if due[place] == moment { return }
        due[place] = moment
        if let moment { heap.insert(Entry(due: moment, place: place)) }
        // What does not count is as many as what does, at most, and some.
        if heap.count > due.count * 2 + 1_024 {
            heap = Heap(due.map { Entry(due: $0.value, place: $0.key) })
        }
    }

    mutating func removeAll() {
        due.removeAll()
        heap = Heap()
    }

    /// When the first is due.
    mutating func next() -> Int64? {
        while let first = heap.min, due[first.place] != first.due { heap.removeMin() }
        return heap.min?.due
    }

    /// Those that are due, the longest first; they stay in.
    mutating func due(at now: Int64, atMost limit: Int) -> [Place] {
        var places: [Place] = []
        var taken: [Entry] = []
        while places.count < limit, let first = next().flatMap({ _ in heap.min }), first.due <= now {
            heap.removeMin()
            taken.append(first)
            if !places.contains(first.place) { places.append(first.place) }
        }
        for entry in taken { heap.insert(entry) }
        return places
    }
}
