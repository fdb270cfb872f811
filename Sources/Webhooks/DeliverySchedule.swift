import OrderEvents

/// When a delivery that failed is tried again, and when it is given up.
public struct DeliverySchedule: Sendable {
    /// The longest first wait; each further one is twice as long.
    public var base: Int64 = 1_000
    /// The longest wait, in milliseconds.
    public var cap: Int64 = 15 * 60_000
    /// How long after its first attempt a delivery is given up, and how old an outcome may be that is announced, in
    /// milliseconds.
    public var patience: Int64 = 24 * 3_600_000

    /// The house's schedule: 1 s doubling to 15 min, for 24 h.
    public init() {}

    /// Milliseconds until the next attempt: half of the longest wait at least, so that it is a wait.
    ///
    /// - Parameter failures: in a row, from 1.
    public func wait(after failures: Int, using random: inout some RandomNumberGenerator) -> Int64 {
        let longest = min(base << min(max(failures - 1, 0), 30), cap)
        return Int64.random(in: (longest + 1) / 2...longest, using: &random)
    }
}
