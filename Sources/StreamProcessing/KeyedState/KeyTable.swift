/// A key of keyed state: tells its hash itself, so that a table over millions of look-ups a second need not run a keyed
/// hash.
public protocol StateKey: Hashable, SendableMetatype {
    /// Spread over all 64 bits, equal for equal keys.
    var stateHash: UInt64 { get }

    /// Calls `body` with the key of the records that the state is restored from.
    func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

/// Numbers keys from 0 in the order of their insertion. Open addressing, linear probing, at most half full.
///
/// Keys come from outside: whoever can choose order ids could make them collide, which costs time, not memory. Order
/// ids are a shop's own.
@usableFromInline struct KeyTable<Key: StateKey> {
    @usableFromInline private(set) var keys: ContiguousArray<Key> = []
    /// Indices into `keys`; -1: free. The count is a power of two.
    @usableFromInline private(set) var slots: ContiguousArray<Int32>

    @usableFromInline init(capacity: Int) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = ContiguousArray(repeating: -1, count: size)
        keys.reserveCapacity(capacity)
    }

    /// The key's number, nil if it is not there.
    @inlinable func find(_ key: Key) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key.stateHash) & mask
        while true {
            let index = Int(slots[slot])
            if index < 0 { return nil }
            if keys[index] == key { return index }
            slot = (slot + 1) & mask
        }
    }

    /// Adds a key that is not there, and gives its number.
    @usableFromInline mutating func insert(_ key: Key) -> Int {
        if (keys.count + 1) * 2 > slots.count { grow() }
        keys.append(key)
        place(key, keys.count - 1)
        return keys.count - 1
    }

    private mutating func place(_ key: Key, _ index: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key.stateHash) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(truncatingIfNeeded: index)
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: -1, count: slots.count * 2)
        for (index, key) in keys.enumerated() { place(key, index) }
    }

    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        slots.withUnsafeMutableBufferPointer { $0.update(repeating: -1) }
    }
}
