/// How the connections to a cluster fare.
struct ClusterStatus: Hashable, Sendable {
    /// At least one connection stands and takes requests.
    var isConnected = false
    /// Why the last connection failed or broke; nil once one is ready again.
    var lastError: ClientError?

    /// No broker could be reached when last tried.
    var isDown: Bool { !isConnected && lastError != nil }
}
