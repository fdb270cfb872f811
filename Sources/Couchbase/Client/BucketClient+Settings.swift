import SCRAM

extension BucketClient {
    struct Settings: Sendable {
        let credentials: Credentials
        /// `nil` follows the configuration of the cluster as a whole; there are no operations then.
        let bucket: String?
        let isEncrypted: Bool
        let seeds: [Endpoint]
        /// Its records replace the seeds, where it has any.
        var serviceRecordName: String?
        var network = ConnectionOptions.Network.automatic
        var agent = "couchbase-swift"
        var connectTimeout = Duration.seconds(10)
        /// Operations that have not ended; one more is refused.
        var operationLimit = 16_384
        var outstandingLimit = 10_000
        var pollInterval = Duration.milliseconds(2_500)
        /// So long without a byte, and the node is asked whether it is there.
        var idleInterval = Duration.seconds(10)
        /// So long it may take to say so.
        var probeTimeout = Duration.seconds(5)
        /// So long without any connection, and the seeds are tried again.
        var lostInterval = Duration.seconds(10)
        /// New for each connection.
        var makeNonce: @Sendable () -> String = SCRAMNonce.random
    }

    /// The first delay, doubled for each failure, up to the last.
    static let reopenDelays = (first: Duration.milliseconds(50), last: Duration.seconds(5))

    static func reopenDelay(after failures: Int) -> Duration {
        min(reopenDelays.first * (1 << min(max(failures - 1, 0), 10)), reopenDelays.last)
    }
}
