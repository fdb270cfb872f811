import Logging

/// What a cluster's client needs besides the connection string. Times are options of that string.
public struct ClusterOptions: Sendable {
    /// Who connects.
    public var credentials: Credentials
    /// A PEM file with the authorities that may sign the nodes' certificates; `nil` leaves it to the system's.
    ///
    /// For Capella it is the certificate that its console offers for download.
    public var certificateFile: String?
    /// Operations of one bucket that have not ended; one more fails with
    /// ``CouchbaseError/Code/temporaryFailure``.
    public var operationLimit = 16_384
    /// The time of a query.
    public var queryTimeout = Duration.seconds(75)
    /// Where connections and configurations are reported, at level debug.
    public var logger = Logger(label: "couchbase")

    /// The defaults, for this user.
    public init(credentials: Credentials) { self.credentials = credentials }

    /// The defaults, for this user.
    public init(username: String, password: String) {
        credentials = Credentials(username: username, password: password)
    }
}
