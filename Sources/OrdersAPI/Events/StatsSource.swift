import NIOCore

/// Where a client's knowledge of the figures ends, so that a `stats` event tells it what changed since.
enum StatsSince: Hashable, Sendable {
    /// It has no history or reads it again: the newest minutes.
    case recent
    /// It has seen all that was published with this tick.
    case tick(UInt64)
    /// It has seen the log so far.
    case position(LogPosition)
}

/// Gives the `data` of `stats` events. Called with the hub's lock held: it must be quick and must not call the hub.
protocol StatsSource: Sendable {
    /// An event as ``ServerSentEvent/open(_:data:)`` makes it.
    func statsEvent(since: StatsSince) -> ByteBuffer
    /// Closes the current tick, if anything changed in it, and returns its number.
    func closeTick() -> UInt64?
}
