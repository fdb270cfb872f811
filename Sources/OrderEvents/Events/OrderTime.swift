/// Which time an order may say that it was placed at.
///
/// Lists are by time, and windows are: an order of the year 2099 would stand at the top of each list for decades. What
/// comes in through the API or a file is held to these bounds; an event on the topic is taken as it is.
public enum OrderTime {
    /// How old an order may be: ten years, in days.
    public static let maximumAgeDays: Int64 = 3_653
    /// How far ahead of this clock its time may be, in days: clocks and time zones are often set wrongly by less.
    public static let maximumAheadDays: Int64 = 1

    /// What is wrong with `moment` as the time of an order that comes in `now`; nil if nothing is.
    public static func problem(with moment: Timestamp, now: Timestamp) -> EventError? {
        let day: Int64 = 86_400_000
        let earliest = now.advanced(byMilliseconds: -maximumAgeDays * day)
        let latest = now.advanced(byMilliseconds: maximumAheadDays * day)
        guard moment < earliest || moment > latest else { return nil }
        let what =
            moment < earliest
            ? "is more than ten years ago; the earliest is \(earliest)"
            : "is more than a day ahead; the latest is \(latest)"
        return EventError(.outOfRange, field: "created_at", detail: "\(moment) \(what)")
    }
}
