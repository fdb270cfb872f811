/// The time of an event, in milliseconds. The cores read no clock: each call of their owner brings the time.
struct ClientTime: Hashable, Sendable {
    /// Since some moment, never going back: for everything that waits.
    var monotonic: Int64
    /// Since 1970: for the timestamps of records.
    var wall: Int64
}
