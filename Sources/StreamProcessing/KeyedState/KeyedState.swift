/// A typed view of keyed state: recently used values stay decoded in memory, the rest is read from the
/// database, and the changes of the running batch are known as such.
///
/// Two generations bound the memory: when the young one is full, the old one is dropped and the young
/// one takes its place, so what is used stays and what is not goes after at most two fills. Changed
/// values are never dropped before the batch ends.
public struct KeyedState<Key: Hashable, Value> {
    @usableFromInline struct Entry {
        @usableFromInline var value: Value?
        @usableFromInline var isChanged: Bool

        @inlinable init(value: Value?, isChanged: Bool) {
            self.value = value
            self.isChanged = isChanged
        }
    }

    @usableFromInline var young: [Key: Entry] = [:]
    @usableFromInline var old: [Key: Entry] = [:]
    /// The keys changed in this batch, in the order of their first change.
    public internal(set) var changedKeys: [Key] = []
    @usableFromInline let capacity: Int

    /// - Parameter capacity: decoded values kept per generation.
    public init(capacity: Int = 32_768) {
        self.capacity = capacity
        young.reserveCapacity(min(capacity, 32_768))
    }

    /// The current value: this batch's, a recent one, or what `load` finds.
    @inlinable
    public mutating func value(for key: Key, load: () throws -> Value?) rethrows -> Value? {
        if let entry = young[key] { return entry.value }
        let entry = try old[key] ?? Entry(value: load(), isChanged: false)
        young[key] = entry
        return entry.value
    }

    /// Changes a value within the batch.
    @inlinable
    public mutating func set(_ value: Value, for key: Key) {
        if let previous = young.updateValue(Entry(value: value, isChanged: true), forKey: key), previous.isChanged { return }
        noteChange(key)
    }

    /// Changes a value within the batch where it is, without a copy. `load` gives the value to start from.
    @inlinable
    public mutating func update<R>(_ key: Key, load: () throws -> Value, _ body: (inout Value) throws -> R) throws -> R {
        _ = try value(for: key) { try load() }
        if young[key]?.value == nil { young[key]?.value = try load() }
        let result = try body(&young[key]!.value!)
        if !young[key]!.isChanged {
            young[key]!.isChanged = true
            noteChange(key)
        }
        return result
    }

    @usableFromInline mutating func noteChange(_ key: Key) { changedKeys.append(key) }

    /// The value of a key known to be in memory, such as a changed one.
    @inlinable
    public func changedValue(for key: Key) -> Value? { young[key]?.value }

    /// The batch was committed: changed values become ordinary ones, and the generations turn if the young one is full.
    @inlinable
    public mutating func commit() {
        if young.count > capacity {
            for key in changedKeys { young[key]?.isChanged = false }
            old = young
            young = [:]
            young.reserveCapacity(capacity)
        } else {
            for key in changedKeys { young[key]?.isChanged = false }
        }
        forgetChanges()
    }

    /// The batch was not committed, or partitions moved: nothing in memory can be trusted, the database is asked again.
    public mutating func reset() {
        young.removeAll(keepingCapacity: true)
        old.removeAll()
        changedKeys.removeAll(keepingCapacity: true)
    }

    @usableFromInline mutating func forgetChanges() { changedKeys.removeAll(keepingCapacity: true) }
}
