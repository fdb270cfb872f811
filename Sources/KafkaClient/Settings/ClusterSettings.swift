/// How a cluster is reached, by all clients of the process that use it. Names and defaults are the Java client's.
public struct ClusterSettings: Hashable, Sendable {
    /// `bootstrap.servers`: where the cluster is asked for its brokers first.
    public var bootstrapServers: [BrokerAddress]
    /// `security.protocol`, and what belongs to it.
    public var security = ClusterSecurity()
    /// `request.timeout.ms`: how long an answer may take. The connection is given up after it.
    public var requestTimeoutMilliseconds: Int64 = 30_000
    /// `default.api.timeout.ms`: how long a call may take with all its attempts.
    public var apiTimeoutMilliseconds: Int64 = 60_000
    /// `retry.backoff.ms`: the wait before the second attempt.
    public var retryBackoffMilliseconds: Int64 = 100
    /// `retry.backoff.max.ms`: the wait doubles up to this.
    public var retryBackoffMaximumMilliseconds: Int64 = 1000
    /// `reconnect.backoff.ms`: the wait before the second connection to a broker.
    public var reconnectBackoffMilliseconds: Int64 = 50
    /// `reconnect.backoff.max.ms`: the wait doubles up to this.
    public var reconnectBackoffMaximumMilliseconds: Int64 = 1000
    /// `socket.connection.setup.timeout.ms`: until a connection is ready for requests.
    public var connectionSetupTimeoutMilliseconds: Int64 = 10_000
    /// `connections.max.idle.ms`: a connection without requests is closed after it.
    public var connectionIdleMilliseconds: Int64 = 540_000
    /// `metadata.max.age.ms`: topics and leaders are asked for again after it.
    public var metadataAgeMilliseconds: Int64 = 300_000
    /// `allow.auto.create.topics`: whether a topic that a client asks for and that does not exist may be made by its
    /// broker, where the broker does such things.
    public var allowsTopicCreation = true
    /// Bytes of requests on one connection that have no answer. More wait; one request always goes.
    public var unansweredBytesLimit = 16 << 20
    /// The largest answer that is read; a broker that sends a larger one loses its connection.
    public var answerBytesLimit = 128 << 20

    /// Settings with the default values.
    public init(bootstrapServers: [BrokerAddress]) { self.bootstrapServers = bootstrapServers }
}
