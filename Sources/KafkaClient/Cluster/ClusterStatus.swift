/// How the connections to a cluster fare.
package struct ClusterStatus: Hashable, Sendable {
    /// At least one connection stands and takes requests.
    package var isConnected = false
    /// Why the last connection failed or broke; nil once one is ready again.
    package var lastError: ClientError?

    /// No broker could be reached when last tried.
    package var isDown: Bool { !isConnected && lastError != nil }
}
