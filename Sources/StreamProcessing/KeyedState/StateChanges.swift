import Foundation
import OrderEvents

/// Changes of keyed state on their way to the database: those of the running batch, and those of committed batches that
/// the database does not have yet. Pure.
///
/// All bytes lie one behind the other in the order of the changes. The running batch's are the last of them, so that a
/// rollback cuts them off. A commit enters them into the table; what is found there is the state as of the last commit.
/// Of a key that changed several times only the last change goes to the database.
struct StateChanges {
    /// What the table knows of a key.
    enum Found {
        /// It did not change: the database knows.
        case unchanged
        /// The committed value; nil: it was removed. Valid only inside the call.
        case changed(UnsafeRawBufferPointer?)
    }

    private struct Change {
        var hash: UInt64
        /// Where the key begins; the value follows it.
        var start: Int
        var keyCount: Int32
        /// -1: the key was removed.
        var valueCount: Int32
        var partition: Int32

        var end: Int { start + Int(keyCount) + max(0, Int(valueCount)) }
    }

    private var bytes: ContiguousArray<UInt8> = []
    private var changes: ContiguousArray<Change> = []
    /// So many of the changes are committed.
    private var committedCount = 0
    /// Of each key its last committed change, -1: free. Open addressing, linear probing, at most half full; the count
    /// is a power of two.
    private var slots: ContiguousArray<Int32> = StateChanges.noSlots

    private static let noSlots = ContiguousArray<Int32>(repeating: -1, count: 256)

    /// The keys that the database does not have as they are.
    private(set) var keyCount = 0
    /// The changelog offsets that the committed changes reach, by partition.
    private(set) var changelogOffsets: [Int32: Int64] = [:]
    /// The input offsets that they reach.
    private(set) var inputOffsets: [Int32: Int64] = [:]

    /// What the running batch has changed.
    var pendingCount: Int { changes.count - committedCount }
    /// Bytes of the committed changes, those that later ones replaced as well.
    var committedBytes: Int { committedCount == 0 ? 0 : changes[committedCount - 1].end }
    /// Whether there is nothing for the database, not even an offset.
    var isCommittedEmpty: Bool { keyCount == 0 && changelogOffsets.isEmpty && inputOffsets.isEmpty }

    /// Changes a key within the running batch; an absent value removes it.
    mutating func set(partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        let start = bytes.count
        bytes.append(contentsOf: key)
        if let value { bytes.append(contentsOf: value) }
        changes.append(
            Change(
                hash: StateChanges.hash(partition, key), start: start, keyCount: Int32(key.count),
                valueCount: value.map { Int32($0.count) } ?? -1, partition: partition))
    }

    /// The running batch is committed, and reaches these offsets.
    mutating func commit(changelog: [Int32: Int64] = [:], inputs: [Int32: Int64] = [:]) {
        while (keyCount + pendingCount) * 2 > slots.count { grow() }
        for index in committedCount..<changes.count { enter(index) }
        committedCount = changes.count
        changelogOffsets.merge(changelog) { $1 }
        inputOffsets.merge(inputs) { $1 }
    }

    /// The running batch never happened.
    mutating func rollBack() {
        guard pendingCount > 0 else { return }
        let end = committedBytes
        bytes.removeLast(bytes.count - end)
        changes.removeLast(pendingCount)
    }

    /// Calls `body` with what the committed changes say of a key.
    func find<R>(partition: Int32, key: UnsafeRawBufferPointer, _ body: (Found) throws -> R) rethrows -> R {
        if keyCount == 0 { return try body(.unchanged) }
        return try bytes.withUnsafeBytes { bytes in
            let index = slots[slot(of: key, partition, StateChanges.hash(partition, key), bytes)]
            guard index >= 0 else { return try body(.unchanged) }
            return try body(.changed(value(of: changes[Int(index)], bytes)))
        }
    }

    /// Goes through the committed changes, of each key the last, by partition and key.
    func eachCommitted(
        _ body: (_ partition: Int32, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void
    ) rethrows {
        try bytes.withUnsafeBytes { bytes in
            var order: ContiguousArray<SortKey> = []
            order.reserveCapacity(keyCount)
            for index in slots where index >= 0 {
                let change = changes[Int(index)]
                order.append(SortKey(change.partition, key(of: change, bytes), index))
            }
            order.sort { a, b in
                if a.head != b.head { return a.head < b.head }
                if a.tail != b.tail { return a.tail < b.tail }
                return key(of: changes[Int(a.index)], bytes)
                    .lexicographicallyPrecedes(key(of: changes[Int(b.index)], bytes))
            }
            for entry in order {
                let change = changes[Int(entry.index)]
                try body(change.partition, key(of: change, bytes), value(of: change, bytes))
            }
        }
    }

    /// The database has the committed changes and their offsets. What the running batch has changed stays.
    mutating func removeCommitted() {
        let end = committedBytes
        if pendingCount == 0 {
            // Memory that is needed no more is given back: after a flood, or a batch that was unusually large.
            let keepsMemory = bytes.count >= bytes.capacity / 4
            bytes.removeAll(keepingCapacity: keepsMemory)
            changes.removeAll(keepingCapacity: keepsMemory)
            if !keepsMemory { slots = StateChanges.noSlots }
        } else {
            bytes.removeFirst(end)
            changes.removeFirst(committedCount)
            for index in changes.indices { changes[index].start -= end }
        }
        committedCount = 0
        slots.withUnsafeMutableBufferPointer { $0.update(repeating: -1) }
        keyCount = 0
        changelogOffsets.removeAll(keepingCapacity: true)
        inputOffsets.removeAll(keepingCapacity: true)
    }
}

// The table.
extension StateChanges {
    private mutating func enter(_ index: Int) {
        let change = changes[index]
        let place = bytes.withUnsafeBytes { slot(of: key(of: change, $0), change.partition, change.hash, $0) }
        if slots[place] < 0 { keyCount += 1 }
        slots[place] = Int32(truncatingIfNeeded: index)
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: -1, count: old.count * 2)
        let mask = slots.count - 1
        for index in old where index >= 0 {
            var slot = Int(truncatingIfNeeded: changes[Int(index)].hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = index
        }
    }

    /// The key's slot, or the free one where it belongs.
    private func slot(
        of key: UnsafeRawBufferPointer, _ partition: Int32, _ hash: UInt64, _ bytes: UnsafeRawBufferPointer
    ) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] >= 0 {
            let change = changes[Int(slots[slot])]
            if change.hash == hash, change.partition == partition, isKey(key, of: change, bytes) {
                return slot
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isKey(_ key: UnsafeRawBufferPointer, of change: Change, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard key.count == change.keyCount else { return false }
        guard let start = key.baseAddress, !key.isEmpty else { return true }
        return memcmp(start, bytes.baseAddress! + change.start, key.count) == 0
    }

    private func key(of change: Change, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[change.start..<change.start + Int(change.keyCount)])
    }

    private func value(of change: Change, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        change.valueCount < 0
            ? nil : UnsafeRawBufferPointer(rebasing: bytes[change.start + Int(change.keyCount)..<change.end])
    }

    private static func hash(_ partition: Int32, _ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: partition) << 32 ^ UInt64(truncatingIfNeeded: key.count)
        var place = 0
        while place < key.count {
            hash = BitMixer.mix(hash ^ StateChanges.word(key, at: place))
            place += 8
        }
        return hash
    }

    /// Up to eight bytes of a key from a place on, the first one the highest.
    private static func word(_ key: UnsafeRawBufferPointer, at place: Int) -> UInt64 {
        if place + 8 <= key.count {
            return UInt64(bigEndian: key.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
        var word: UInt64 = 0
        for index in place..<max(place, key.count) { word |= UInt64(key[index]) << UInt64(56 - 8 * (index - place)) }
        return word
    }

    /// Compares most keys without looking at their bytes: partition and the first fourteen of them.
    private struct SortKey {
        let head: UInt64
        let tail: UInt64
        let index: Int32

        init(_ partition: Int32, _ key: UnsafeRawBufferPointer, _ index: Int32) {
            let first = StateChanges.word(key, at: 0)
            head = UInt64(UInt16(truncatingIfNeeded: partition)) << 48 | first >> 16
            tail = first << 48 | StateChanges.word(key, at: 8) >> 16
            self.index = index
        }
    }
}
