/// A typed view of keyed state: recently used values stay decoded in memory, the rest is read from the
/// database, and the changes of the running batch are known as such.
///
/// Two generations bound the memory: when the young one is full, the old one is dropped and the young
/// one takes its place. So what is used stays, and what is not goes after at most two fills. Changed
/// values are never dropped before the batch ends.
public struct KeyedState<Key: StateKey, Value> {
    @usableFromInline struct Entry {
        @usableFromInline var value: Value?
        @usableFromInline var isChanged = false

        @inlinable init(_ value: Value?) { self.value = value }
    }

    @usableFromInline struct Generation {
        @usableFromInline var table: KeyTable<Key>
        @usableFromInline var entries: ContiguousArray<Entry> = []

        @usableFromInline init(capacity: Int) {
            table = KeyTable(capacity: capacity)
            entries.reserveCapacity(capacity)
        }

        @inlinable mutating func insert(_ key: Key, _ entry: Entry) -> Int {
            entries.append(entry)
            return table.insert(key)
        }

        @usableFromInline mutating func removeAll() {
            table.removeAll()
            entries.removeAll(keepingCapacity: true)
        }
    }

    @usableFromInline var young: Generation
    @usableFromInline var old: Generation
    /// The young generation's numbers of the values changed in this batch, in the order of their first change.
    @usableFromInline var changed: ContiguousArray<Int> = []
    @usableFromInline let capacity: Int

    /// - Parameter capacity: decoded values kept per generation, beside those of one batch.
    public init(capacity: Int = 32_768) {
        self.capacity = capacity
        young = Generation(capacity: capacity)
        old = Generation(capacity: capacity)
    }

    /// The keys changed in this batch, in the order of their first change.
    public var changedKeys: [Key] { changed.map { young.table.keys[$0] } }

    /// The current value: this batch's, a recent one, or what `load` finds.
    @inlinable
    public mutating func value(for key: Key, load: () throws -> Value?) rethrows -> Value? {
        young.entries[try index(of: key, load: load)].value
    }

    /// Changes a value within the batch.
    @inlinable
    public mutating func set(_ value: Value, for key: Key) {
        let index = young.table.find(key) ?? young.insert(key, Entry(nil))
        young.entries[index].value = value
        noteChange(index)
    }

    /// Changes a value within the batch where it is, without a copy. `load` gives the value to start from.
    @inlinable
    public mutating func update<R>(_ key: Key, load: () throws -> Value, _ body: (inout Value) throws -> R) throws -> R
    {
        let index = try index(of: key) { try load() }
        if young.entries[index].value == nil { young.entries[index].value = try load() }
        let result = try body(&young.entries[index].value!)
        noteChange(index)
        return result
    }

    /// Goes through the values changed in this batch, in the order of their first change; `body` may change them
    /// further.
    @inlinable
    public mutating func updateChanged(_ body: (Key, inout Value) throws -> Void) rethrows {
        for index in changed { try body(young.table.keys[index], &young.entries[index].value!) }
    }

    /// The batch was committed: changed values become ordinary ones, and the generations turn if the young one is full.
    public mutating func commit() {
        for index in changed { young.entries[index].isChanged = false }
        changed.removeAll(keepingCapacity: true)
        guard young.entries.count > capacity else { return }
        swap(&young, &old)
        young.removeAll()
    }

    /// The batch was not committed, or partitions moved: nothing in memory can be trusted, the database is asked again.
    public mutating func reset() {
        young.removeAll()
        old.removeAll()
        changed.removeAll(keepingCapacity: true)
    }

    /// Where the key's entry is among the young; brought there from the old ones, or from `load`.
    @inlinable
    mutating func index(of key: Key, load: () throws -> Value?) rethrows -> Int {
        if let index = young.table.find(key) { return index }
        if let index = old.table.find(key) { return young.insert(key, Entry(old.entries[index].value)) }
        return young.insert(key, Entry(try load()))
    }

    @inlinable
    mutating func noteChange(_ index: Int) {
        if young.entries[index].isChanged { return }
        young.entries[index].isChanged = true
        changed.append(index)
    }
}
