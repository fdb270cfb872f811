import OrderEvents
import StreamProcessing

/// The entries of a slice by order id, in one block of memory: open addressing, linear probing, at most half full. An
/// entry costs its own size and about 12 bytes.
struct AuditTable: Sendable {
    private(set) var entries: ContiguousArray<Audit.Entry> = []
    /// Indices into `entries`; -1: free. The count is a power of two.
    private var slots: ContiguousArray<Int32>

    /// - Parameter expected: how many orders will come; only a hint.
    init(expected: Int = 64) {
        var size = 128
        while size < expected * 2 { size *= 2 }
        slots = ContiguousArray(repeating: -1, count: size)
        entries.reserveCapacity(expected)
    }

    /// The place of the order's entry, which is made if there is none.
    @inline(__always)
    mutating func index(of id: OrderID) -> Int {
        if let found = find(id) { return found }
        if (entries.count + 1) * 2 > slots.count { grow() }
        entries.append(Audit.Entry(id: id))
        place(id, entries.count - 1)
        return entries.count - 1
    }

    func find(_ id: OrderID) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: id.stateHash) & mask
        while true {
            let index = Int(slots[slot])
            if index < 0 { return nil }
            if entries[index].id == id { return index }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    mutating func update(_ id: OrderID, _ change: (inout Audit.Entry) -> Void) { change(&entries[index(of: id)]) }

    @inline(__always)
    mutating func update(at index: Int, _ change: (inout Audit.Entry) -> Void) { change(&entries[index]) }

    private mutating func place(_ id: OrderID, _ index: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: id.stateHash) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(truncatingIfNeeded: index)
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: -1, count: slots.count * 2)
        for index in entries.indices { place(entries[index].id, index) }
    }
}
