import Couchbase

/// Where the order store is, and how it is written.
public struct CouchbaseStoreSettings: Sendable {
    /// How far a write has to be before it counts.
    public enum Durability: String, CaseIterable, Sendable {
        /// A majority of the copies where the bucket has replicas, one node's memory where it has none.
        case automatic = "auto"
        /// The memory of one node: a node that is lost takes its last writes with it.
        case none
        /// The memory of a majority of the copies.
        case majority
        /// The same, and the disk of the active node.
        case majorityAndPersist = "majority-and-persist"
        /// The disks of a majority of the copies.
        case persistToMajority = "persist-to-majority"

        func level(replicas: Int) -> DurabilityLevel? {
            switch self {
            case .automatic: replicas > 0 ? .majority : nil
            case .none: nil
            case .majority: .majority
            case .majorityAndPersist: .majorityAndPersistToActive
            case .persistToMajority: .persistToMajority
            }
        }
    }

    /// `couchbase://` or `couchbases://`, with the hosts and options.
    public var connectionString: String
    /// Who reads and writes.
    public var username: String
    /// The user's password.
    public var password: String
    /// The bucket; it has to exist.
    public var bucket: String
    /// The scope that holds the store's collections.
    public var scope = CouchbaseStoreSettings.defaultScope
    /// A PEM file with the authorities of the nodes' certificates; nil takes the system's.
    public var certificateFile: String?
    /// How far a write has to be before it counts.
    public var durability = Durability.automatic
    /// Whether what is missing of scope, collections and indexes is made at the start.
    public var makesSchema = true
    /// How long an idempotency key is remembered.
    public var idempotencyHorizon = Duration.seconds(86_400)

    /// Where it is unless something else is said.
    public static let defaultScope = "orders"

    /// - Parameter host: a host, hosts with commas between, or a connection string. Capella's hosts are encrypted.
    public init(host: String, username: String, password: String, bucket: String) {
        connectionString = Self.connectionString(host)
        self.username = username
        self.password = password
        self.bucket = bucket
    }

    /// The connection string of a host as people write it.
    public static func connectionString(_ host: String) -> String {
        if host.contains("://") { return host }
        return (host.hasSuffix(".cloud.couchbase.com") ? "couchbases://" : "couchbase://") + host
    }
}
