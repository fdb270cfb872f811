import HeapModule

/// Names a timer that was set.
struct TimerID: Hashable, Sendable {
    fileprivate let number: UInt64
}

/// What is to be done at a time: by deadline, and in the order of setting where deadlines are equal.
struct Timers {
    private struct Entry: Comparable {
        var deadline: Int64
        var number: UInt64
        static func < (left: Entry, right: Entry) -> Bool {
            (left.deadline, left.number) < (right.deadline, right.number)
        }
    }

    private var heap = Heap<Entry>()
    private var bodies: [UInt64: () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    /// Milliseconds on the monotonic clock; nil if nothing is waited for.
    var nextDeadline: Int64? {
        mutating get {
            while let first = heap.min, bodies[first.number] == nil { heap.removeMin() }
            return heap.min?.deadline
        }
    }

    mutating func set(at deadline: Int64, _ body: @escaping () -> Void) -> TimerID {
        lastNumber += 1
        bodies[lastNumber] = body
        heap.insert(Entry(deadline: deadline, number: lastNumber))
        return TimerID(number: lastNumber)
    }

    mutating func cancel(_ id: TimerID) {
        bodies[id.number] = nil
        // Those that were cancelled stay inside until their time, or until they are most of it.
        guard heap.count > 64 + 4 * bodies.count else { return }
        let bodies = bodies
        heap = Heap(heap.unordered.filter { bodies[$0.number] != nil })
    }

    /// Takes out what is due next, nil when nothing more is.
    mutating func popExpired(now: Int64) -> (() -> Void)? {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if let body = bodies.removeValue(forKey: first.number) { return body }
        }
        return nil
    }
}
