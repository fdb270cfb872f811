/// How much clients may ask of the broker at once.
struct ConnectionLimits: Hashable, Sendable {
    var maximumConnections = 1000
    /// The largest request; a larger one closes its connection.
    var maximumFrameBytes = 100 << 20
    /// Requests of one connection that are not answered yet.
    var maximumOutstandingRequests = 1000
    /// Bytes of such requests, for one connection; beyond, its socket is not read.
    var maximumConnectionBytes = 32 << 20
    /// And for all connections together.
    var maximumOutstandingBytes = 192 << 20
    /// A connection that says nothing for so long is closed, in milliseconds.
    var idleMilliseconds: Int64 = 600_000
    /// A connection that began a request must finish it in this time, in milliseconds.
    var frameMilliseconds: Int64 = 60_000
}
