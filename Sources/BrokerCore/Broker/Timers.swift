import HeapModule

/// What the core wants to be woken for.
enum TimerKey: Hashable, Sendable {
    case fetch(UInt64)
    case groups
    case transaction(String)
    case flush
    case maintenance
    case retryFlush(LogID)
    case retryCommit
    case retryCheckpoint
    case shutDown
}

/// Deadlines, earliest first. One that was cancelled or moved stays inside until its time or until it is swept.
struct Timers<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        var deadline: Int64
        var order: UInt64
        var key: Key
        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.order) < (right.deadline, right.order)
        }
    }

    private var heap = Heap<Entry>()
    /// The one entry of each key that counts.
    private var current: [Key: Entry] = [:]
    private var nextOrder: UInt64 = 0

    /// Milliseconds on the monotonic clock, nil if nothing is waited for.
    var nextDeadline: Int64? { heap.min?.deadline }

    /// Sets or moves the key's deadline.
    mutating func set(_ key: Key, at deadline: Int64) {
        nextOrder += 1
        let entry = Entry(deadline: deadline, order: nextOrder, key: key)
        current[key] = entry
        heap.insert(entry)
        sweep()
    }

    /// Sets the deadline unless the key has one.
    mutating func setOnce(_ key: Key, at deadline: Int64) {
        if current[key] == nil { set(key, at: deadline) }
    }

    /// Sets the deadline unless the key has one that is as early.
    mutating func setIfEarlier(_ key: Key, at deadline: Int64) {
        if deadline < current[key]?.deadline ?? .max { set(key, at: deadline) }
    }

    mutating func cancel(_ key: Key) { current[key] = nil }

    /// The next key whose time has come.
    mutating func popExpired(now: Int64) -> Key? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if current[first.key]?.order == first.order {
                current[first.key] = nil
                return first.key
            }
        }
        return nil
    }

    private mutating func sweep() {
        guard heap.count > 64 + 4 * current.count else { return }
        heap = Heap(heap.unordered.filter { current[$0.key]?.order == $0.order })
    }
}
