/// A moment, in milliseconds since 1970-01-01T00:00:00Z, without leap seconds; years 1970...9999.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Without leap seconds.
    public var millisecondsSinceEpoch: Int64

    /// The last millisecond of the year 9999.
    public static let latest = Timestamp(millisecondsSinceEpoch: 253_402_300_799_999)
    /// 1970-01-01T00:00:00Z.
    public static let epoch = Timestamp(millisecondsSinceEpoch: 0)

    /// - Parameter millisecondsSinceEpoch: 0...253,402,300,799,999. Text can express no other value;
    ///   printing one outside the range prints the nearest end of it.
    @inlinable
    public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    /// By time.
    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    /// The start of the minute this moment is in.
    @inlinable
    public var startOfMinute: Timestamp {
        let milliseconds = max(0, millisecondsSinceEpoch)
        return Timestamp(millisecondsSinceEpoch: milliseconds - milliseconds % 60_000)
    }

    /// The moment `milliseconds` later (earlier if negative), held within the range.
    @inlinable
    public func advanced(byMilliseconds milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = millisecondsSinceEpoch.addingReportingOverflow(milliseconds)
        if overflow { return milliseconds < 0 ? .epoch : .latest }
        return Timestamp(millisecondsSinceEpoch: min(max(sum, 0), Timestamp.latest.millisecondsSinceEpoch))
    }
}
