/// How a client's connection to the cluster fares: for readiness checks and dashboards.
public struct ClientStatus: Sendable {
    /// The newest error that librdkafka reported on its own account (connections, authentication, group), if any.
    public internal(set) var lastError: KafkaError?
    /// When it was reported.
    public internal(set) var lastErrorAt: ContinuousClock.Instant?
    /// Why the newest connection that failed did so; nil once one has stood for a while.
    public var fault: ConnectionFault? { hasStood(at: .now) ? nil : lastFault }
    /// Kept while connections come up and break again at once, as they do where a login is expected.
    var lastFault: ConnectionFault?
    var faultAt: ContinuousClock.Instant?
    /// Since when at least one connection stands.
    var connectedSince: ContinuousClock.Instant?

    /// A connection stands for longer than it takes a broker to refuse it.
    func hasStood(at now: ContinuousClock.Instant) -> Bool {
        connectedSince.map { now - $0 > .seconds(2) } ?? false
    }

    /// A connection came to stand, or broke.
    mutating func connected(_ isConnected: Bool, at now: ContinuousClock.Instant) {
        // What broke a connection that had stood is newer than what kept an earlier one from standing.
        if !isConnected, hasStood(at: now), faultAt.map({ now - $0 > .seconds(1) }) ?? false { lastFault = nil }
        self.isConnected = isConnected
        connectedSince = isConnected ? connectedSince ?? now : nil
    }
    /// No broker could be reached when last tried.
    public var allBrokersDown: Bool { wasReportedDown && !isConnected }
    var wasReportedDown = false
    /// A connection to at least one broker stands.
    public internal(set) var isConnected = false
    /// The error that ended this client's use, if any: it must be closed.
    public internal(set) var fatalError: KafkaError?
}
