import OrderEvents

/// The newest report of each instance, for as long as it counts.
///
/// The age of a report that was in the topic before this process began is judged by the time in it. The age of a later
/// one is judged by when it came. So machines whose clocks differ see each other all the same.
struct InstanceTable {
    /// An instance that was silent for longer counts as gone: three of its reports, and a little.
    static let lifetime: Duration = .seconds(35)
    /// More than any platform has; beyond it the longest silent goes.
    static let limit = 1_000

    private struct Entry {
        var health: InstanceHealth
        var heardAt: ContinuousClock.Instant
    }

    private var entries: [String: Entry] = [:]

    /// - Parameter age: how long ago it was said, as far as is known.
    mutating func note(_ health: InstanceHealth, age: Duration, now: ContinuousClock.Instant) {
        entries[health.key] = Entry(health: health, heardAt: now - max(age, .zero))
        if entries.count > InstanceTable.limit, let oldest = entries.min(by: { $0.value.heardAt < $1.value.heardAt }) {
            entries[oldest.key] = nil
        }
    }

    mutating func remove(_ key: String) { entries[key] = nil }

    /// Drops those that are gone, and gives the others in order.
    mutating func current(now: ContinuousClock.Instant) -> [InstanceHealth] {
        entries = entries.filter { now - $0.value.heardAt <= InstanceTable.lifetime }
        return entries.values.map(\.health).sorted { ($0.service, $0.instance) < ($1.service, $1.instance) }
    }
}
