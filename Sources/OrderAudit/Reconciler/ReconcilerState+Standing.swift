import OrderEvents

/// What the reconciler can say of itself at a moment: how much it has checked, and how late it is.
public struct ReconcilerStanding: Sendable, Equatable {
    public enum Level: Sendable, Equatable {
        case starting, ok, behind, findings
    }

    public var level: Level
    /// Why it is behind, for people.
    public var detail: String?
    /// Orders of the last hour that were checked.
    public var checked: Int
    /// Orders of the last hour that were not and will not be.
    public var skipped: Int
    /// Orders that wait to be checked for longer than usual.
    public var overdue: Int
    /// What came longer ago than this was checked; nil before the first check.
    public var delayMilliseconds: Int64?

    /// The part of the last hour's orders that was checked, 0...1; nil where none came.
    public var coverage: Double? {
        let all = checked + skipped + overdue
        return all == 0 ? nil : Double(checked) / Double(all)
    }
}

extension ReconcilerState {
    /// An order waits for so long at most, unless something is slow.
    static let usualDelayMilliseconds: Int64 = 10_000

    /// Green is only what is complete: an order of the last hour that was not checked, or one that waits for long,
    /// makes it behind.
    public func standing(at now: Timestamp) -> ReconcilerStanding {
        let hour = coverage.lastHour(at: now)
        let delay = checkedThrough.map { max(0, now.millisecondsSinceEpoch - $0.millisecondsSinceEpoch) }
        var standing = ReconcilerStanding(
            level: .ok, detail: nil, checked: hour.checked, skipped: hour.skipped, overdue: overdueOrders,
            delayMilliseconds: delay)
        standing.detail = reason(hour, delay)
        // A finding is shown whatever else there is: it does not go away by itself.
        if findings > 0 {
            standing.level = .findings
        } else if standing.detail != nil {
            standing.level = .behind
        } else if isStarting {
            standing.level = .starting
        }
        return standing
    }

    private func reason(_ hour: (checked: Int, skipped: Int), _ delay: Int64?) -> String? {
        if let problem { return problem }
        if hour.skipped > 0 {
            return
                "\(hour.skipped) of \(hour.checked + hour.skipped) orders of the last hour were not checked: more came than it checks, "
                + "or it was interrupted; orders verify checks all"
        }
        guard let delay, delay > ReconcilerState.usualDelayMilliseconds else { return nil }
        return
            "\(openOrders) orders wait to be checked, the oldest for \(delay / 1_000) s: a service is behind, or the check is"
    }
}
