import OrderEvents

/// The all-time totals and the minute windows of the last hours, as far as order-analytics tells.
///
/// Aggregates come per partition and may come twice, late, and from two sides (the store and the log's tail): the
/// highest revision of each stands. Sums over partitions are made when they are asked for, in as many steps as there
/// are cells.
struct LiveAggregates: Sendable {
    /// How long minute windows are kept, by their start.
    static let spanMilliseconds: Int64 = 3 * 3_600_000
    /// Windows that start further ahead than this are the work of a wrong clock, and are not kept (the store has them).
    static let aheadMilliseconds: Int64 = 3_600_000

    /// Where a record stood; nil for what came from the store.
    struct Place: Sendable {
        let partition: Int32
        let offset: Int64
    }

    private struct Entry: Sendable {
        var aggregate: Aggregate
        var place: Place?
        /// The tick in which it changed last.
        var tick: UInt64
    }

    private var totals: [Int32: Entry] = [:]
    private var windows: [Timestamp: [Int32: Entry]] = [:]
    /// The tick that changes now belong to.
    private(set) var tick: UInt64 = 1
    private var hasChanged = false
    /// Whether the windows hold all there is since then; nil until the store was read.
    private(set) var completeSince: Timestamp?

    /// Takes an aggregate in unless a later revision is known. Returns whether it changed anything.
    @discardableResult
    mutating func fold(_ aggregate: Aggregate, at place: Place?, now: Timestamp) -> Bool {
        switch aggregate.window {
        case .allTime:
            return Self.fold(aggregate, at: place, into: &totals, tick: tick, hasChanged: &hasChanged)
        case .minute(let start):
            guard start >= Self.oldest(now), start <= now.advanced(byMilliseconds: Self.aheadMilliseconds) else {
                return false
            }
            return Self.fold(
                aggregate, at: place, into: &windows[start, default: [:]], tick: tick, hasChanged: &hasChanged)
        }
    }

    private static func fold(
        _ aggregate: Aggregate, at place: Place?, into entries: inout [Int32: Entry], tick: UInt64,
        hasChanged: inout Bool
    ) -> Bool {
        guard let known = entries[aggregate.partition] else {
            entries[aggregate.partition] = Entry(aggregate: aggregate, place: place, tick: tick)
            hasChanged = true
            return true
        }
        guard aggregate.revision > known.aggregate.revision else {
            // The store was quicker than the tail; now it is known where the change stands.
            if aggregate.revision == known.aggregate.revision, let place { entries[aggregate.partition]?.place = place }
            return false
        }
        entries[aggregate.partition] = Entry(aggregate: aggregate, place: place ?? known.place, tick: tick)
        hasChanged = true
        return true
    }

    /// Notes that everything the store has since `moment` was taken in.
    mutating func noteLoaded(since moment: Timestamp) {
        completeSince = min(completeSince ?? moment, moment)
    }

    /// Forgets windows that are too old.
    mutating func expire(now: Timestamp) {
        let oldest = Self.oldest(now)
        windows = windows.filter { $0.key >= oldest }
        if let since = completeSince { completeSince = max(since, oldest) }
    }

    static func oldest(_ now: Timestamp) -> Timestamp {
        now.startOfMinute.advanced(byMilliseconds: -spanMilliseconds)
    }

    /// Ends the current tick if anything changed in it, and returns its number.
    mutating func closeTick() -> UInt64? {
        guard hasChanged else { return nil }
        hasChanged = false
        defer { tick += 1 }
        return tick
    }

    // MARK: Reading

    /// The all-time aggregate over all partitions.
    func sumOfTotals() -> Aggregate {
        Self.sum(totals, window: .allTime)
    }

    /// The window that starts then, over all partitions; empty if nothing happened in it.
    func sum(ofWindow start: Timestamp) -> Aggregate {
        Self.sum(windows[start] ?? [:], window: .minute(start: start))
    }

    private static func sum(_ entries: [Int32: Entry], window: AggregateWindow) -> Aggregate {
        var sum = Aggregate(window: window, partition: Aggregate.allPartitions)
        for entry in entries.values { sum.add(entry.aggregate) }
        return sum
    }

    /// The starts of the windows that changed since then, ascending.
    func changedWindows(since: StatsSince, now: Timestamp) -> [Timestamp] {
        let changed: [Timestamp]
        switch since {
        case .recent:
            let first = now.startOfMinute.advanced(byMilliseconds: -AggregateWindow.minuteMilliseconds)
            changed = windows.keys.filter { $0 >= first }
        case .tick(let seen):
            changed = windows.filter { $0.value.values.contains { $0.tick > seen } }.map(\.key)
        case .position(let seen):
            changed = windows.filter { window in
                window.value.values.contains { entry in
                    entry.place.map { $0.offset > seen[$0.partition] ?? -1 } ?? false
                }
            }.map(\.key)
        }
        return changed.sorted()
    }
}
