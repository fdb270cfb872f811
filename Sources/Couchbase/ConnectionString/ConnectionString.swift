/// Where a cluster is: `couchbase://host1,host2:11210?network=external`.
///
/// The hosts are only seeds: the cluster's own list of nodes replaces them as soon as one of them has answered.
public struct ConnectionString: Hashable, Sendable {
    /// One host of the list.
    public struct Host: Hashable, Sendable {
        /// A name or an address; an IPv6 address without its brackets.
        public let name: String
        /// The port, where the string has one.
        public let port: Int?
    }

    /// Whether connections are encrypted: `couchbases://`.
    public let isEncrypted: Bool
    /// At least one, at most ``maximumHosts``.
    public let hosts: [Host]
    /// What stands after `?`.
    public let options: ConnectionOptions

    /// The most hosts that a string may name.
    public static let maximumHosts = 64
    static let plainPort = 11_210
    static let encryptedPort = 11_207

    /// Parses a connection string.
    /// - Throws: ``CouchbaseError/Code/invalidArgument``, with what is wrong in it.
    public init(_ text: String) throws(CouchbaseError) {
        var rest = text[...]
        guard let schemeEnd = rest.range(of: "://") else {
            throw Self.invalid("it has to begin with couchbase:// or couchbases://")
        }
        let scheme = rest[..<schemeEnd.lowerBound]
        switch scheme {
        case "couchbase": isEncrypted = false
        case "couchbases": isEncrypted = true
        default: throw Self.invalid("\"\(scheme)\" is not a scheme; use couchbase:// or couchbases://")
        }
        rest = rest[schemeEnd.upperBound...]
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].contains("@") else {
            throw Self.invalid("a user and a password do not belong into it; give them apart")
        }
        guard !parts[0].contains("/") else { throw Self.invalid("a bucket does not belong into it; name it apart") }
        hosts = try Self.hosts(parts[0])
        options = try ConnectionOptions(parts.count > 1 ? parts[1] : "")
    }

    static func invalid(_ what: String) -> CouchbaseError {
        CouchbaseError(.invalidArgument, "the connection string is invalid: \(what)")
    }

    /// Where to look for the cluster first. A host without a port is tried at the default one.
    var seeds: [Endpoint] {
        hosts.map { Endpoint(host: $0.name, port: $0.port ?? (isEncrypted ? Self.encryptedPort : Self.plainPort)) }
    }

    /// The name whose DNS SRV records replace the host; only for a single name without a port.
    public var serviceRecordName: String? {
        guard hosts.count == 1, hosts[0].port == nil, !hosts[0].isAddress else { return nil }
        return "_\(isEncrypted ? "couchbases" : "couchbase")._tcp.\(hosts[0].name)"
    }
}

extension ConnectionString.Host {
    /// Whether the name is an IPv4 or IPv6 address.
    var isAddress: Bool {
        if name.contains(":") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
