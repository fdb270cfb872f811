/// Which lines of one kind are written and which only counted. Pure: times go in, decisions come out.
///
/// In a period that begins with a line, so many lines are written. Those beyond are counted, and the count is one line
/// at the period's end.
struct LineBudget {
    enum Verdict: Equatable {
        case write
        /// Count it. `endsAt`: the first one of the period, whose end is to be awaited.
        case count(endsAt: ContinuousClock.Instant?)
    }

    let lines: Int
    let period: Duration
    private var endsAt: ContinuousClock.Instant?
    private var written = 0
    private var left = 0

    init(lines: Int, period: Duration) {
        self.lines = lines
        self.period = period
    }

    mutating func line(at now: ContinuousClock.Instant) -> Verdict {
        if endsAt.map({ now >= $0 }) ?? true, left == 0 {
            endsAt = now + period
            written = 0
        }
        // A count that is due and was not taken yet goes on counting.
        if written < lines, left == 0 {
            written += 1
            return .write
        }
        left += 1
        return .count(endsAt: left == 1 ? endsAt : nil)
    }

    /// How many were only counted; a new period begins with the next line.
    mutating func takeCount() -> Int {
        defer {
            left = 0
            endsAt = nil
        }
        return left
    }
}
