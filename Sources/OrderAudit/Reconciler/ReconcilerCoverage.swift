import OrderEvents

/// How many orders were checked and how many were not, by the minute, for the last hour and altogether.
public struct ReconcilerCoverage: Sendable, Equatable {
    private static let minutes: Int64 = 60

    private struct Minute: Sendable, Equatable {
        var number: Int64
        var checked = 0
        var skipped = 0
    }

    /// Ascending; at most an hour's.
    private var recent: [Minute] = []

    /// Notes orders that were judged, and orders that never will be: more came than is checked.
    mutating func note(checked: Int = 0, skipped: Int = 0, at now: Timestamp) {
        guard checked > 0 || skipped > 0 else { return }
        // A clock that goes back must not disorder them.
        let number = max(now.millisecondsSinceEpoch / 60_000, recent.last?.number ?? 0)
        if recent.last?.number != number { recent.append(Minute(number: number)) }
        recent[recent.count - 1].checked += checked
        recent[recent.count - 1].skipped += skipped
        recent.removeAll { $0.number <= number - Self.minutes }
    }

    /// What was checked and what was not in the hour before `now`.
    public func lastHour(at now: Timestamp) -> (checked: Int, skipped: Int) {
        let oldest = now.millisecondsSinceEpoch / 60_000 - Self.minutes
        return recent.reduce((0, 0)) { sum, minute in
            minute.number > oldest ? (sum.0 + minute.checked, sum.1 + minute.skipped) : sum
        }
    }
}
