import OrderEvents

/// The time that a client asks for, in steps.
struct TimeRange: Equatable, Sendable {
    static let maximumSteps = 1440
    static let defaultMinutes = 60
    /// 31 days: every minute of it may have to be read.
    static let maximumMinutes = 44_640
    /// What is read from the store at a time.
    static let pieceMilliseconds: Int64 = 12 * 3_600_000

    /// Starts of steps; `to` is not part of it. Steps begin at midnight UTC, as days do.
    let from: Timestamp
    let to: Timestamp
    /// Milliseconds.
    let step: Int64

    static let fromParameter = QueryParameter<Timestamp>(
        "from", .dateTime, "The first step, by its start or any time in it"
    ) {
        Timestamp(rfc3339: $0)
    }
    static let toParameter = QueryParameter<Timestamp>(
        "to", .dateTime,
        "The end; the step it falls into is the last one unless it is its very start. Now if left out"
    ) {
        Timestamp(rfc3339: $0)
    }
    static let minutesParameter = QueryParameter<Int>.integer(
        "minutes", 1...maximumMinutes, "How many minutes up to the end, instead of from. \(defaultMinutes) if left out")
    static let stepParameter = QueryParameter<Int64>.choice(
        "step",
        [
            ("1m", 1), ("5m", 5), ("15m", 15), ("30m", 30), ("1h", 60), ("3h", 180), ("6h", 360), ("12h", 720),
            ("1d", 1440),
        ],
        "The length of a step; 1m if left out. At most \(maximumSteps) steps and 31 days are given at once")

    init(query: QueryValues, now: Timestamp) throws(Problem) {
        step = (try query.value(Self.stepParameter) ?? 1) * AggregateWindow.minuteMilliseconds
        let end = try query.value(Self.toParameter) ?? now.advanced(byMilliseconds: 1)
        to = Self.floor(end.advanced(byMilliseconds: step - 1), step)
        let minutes = try query.value(Self.minutesParameter)
        if let start = try query.value(Self.fromParameter) {
            guard minutes == nil else {
                throw .invalidParameter("minutes", "it cannot be given together with from")
            }
            from = Self.floor(start, step)
        } else {
            let length = AggregateWindow.minuteMilliseconds * Int64(minutes ?? Self.defaultMinutes)
            from = Self.floor(to.advanced(byMilliseconds: -length), step)
        }
        guard from < to else { throw .invalidParameter("from", "it must be before to") }
        let length = to.millisecondsSinceEpoch - from.millisecondsSinceEpoch
        let count = length / step
        guard count <= Self.maximumSteps,
            length <= Int64(Self.maximumMinutes + 1440) * AggregateWindow.minuteMilliseconds
        else {
            throw .invalidParameter(
                minutes == nil ? "from" : "minutes",
                "the range has \(count) steps; at most \(Self.maximumSteps), and 31 days, are given at once"
            )
        }
    }

    /// The starts of its steps.
    var steps: [Timestamp] {
        stride(from: from.millisecondsSinceEpoch, to: to.millisecondsSinceEpoch, by: Int(step))
            .map { Timestamp(millisecondsSinceEpoch: $0) }
    }

    private static func floor(_ moment: Timestamp, _ step: Int64) -> Timestamp {
        let milliseconds = max(0, moment.millisecondsSinceEpoch)
        return Timestamp(millisecondsSinceEpoch: milliseconds - milliseconds % step)
    }
}
