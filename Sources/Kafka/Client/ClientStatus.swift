/// How a client's connection to the cluster fares: for readiness checks and dashboards.
public struct ClientStatus: Sendable {
    /// The newest error that librdkafka reported on its own account (connections, authentication, group), if any.
    public internal(set) var lastError: KafkaError?
    /// When it was reported.
    public internal(set) var lastErrorAt: ContinuousClock.Instant?
    /// No broker could be reached when last tried.
    public var allBrokersDown: Bool { wasReportedDown && !isConnected }
    var wasReportedDown = false
    /// A connection to at least one broker stands.
    public internal(set) var isConnected = false
    /// The error that ended this client's use, if any: it must be closed.
    public internal(set) var fatalError: KafkaError?
}
