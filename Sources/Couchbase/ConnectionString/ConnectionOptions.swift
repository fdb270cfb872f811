/// What stands after `?` in a connection string.
public struct ConnectionOptions: Hashable, Sendable {
    /// Which of a node's addresses are used.
    public enum Network: Hashable, Sendable {
        /// By the host that was dialled: the addresses among which it is.
        case automatic
        /// The addresses by which the nodes know each other.
        case `default`
        /// The alternate addresses with this name; `external` in Capella.
        case alternate(String)
    }

    /// `network`: which of a node's addresses are used.
    public var network = Network.automatic
    /// `kv_connect_timeout`: the time to connect, authenticate and read the configuration.
    public var connectTimeout = Duration.seconds(10)
    /// `kv_timeout`: the time of an operation, its retries included.
    public var keyValueTimeout = Duration.milliseconds(2_500)
    /// `kv_durable_timeout`: the same of an operation with a durability level.
    public var durableTimeout = Duration.seconds(10)

    /// The defaults that all SDKs share.
    public init() {}

    init(_ text: Substring) throws(CouchbaseError) {
        var seen: Set<Substring> = []
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[1].isEmpty else {
                throw ConnectionString.invalid("the option \"\(pair[0])\" has no value")
            }
            guard seen.insert(pair[0]).inserted else {
                throw ConnectionString.invalid("the option \"\(pair[0])\" is given twice")
            }
            try set(pair[0], to: pair[1])
        }
    }

    private mutating func set(_ name: Substring, to value: Substring) throws(CouchbaseError) {
        switch name {
        case "network":
            switch value {
            case "auto": network = .automatic
            case "default": network = .default
            default: network = .alternate(String(value))
            }
        case "kv_connect_timeout": connectTimeout = try Self.duration(value, of: name)
        case "kv_timeout": keyValueTimeout = try Self.duration(value, of: name)
        case "kv_durable_timeout": durableTimeout = try Self.duration(value, of: name)
        default:
            throw ConnectionString.invalid(
                "the option \"\(name)\" is unknown; known are network, kv_connect_timeout, kv_timeout and "
                    + "kv_durable_timeout")
        }
    }

    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ms", 1e6), ("us", 1e3), ("s", 1e9), ("m", 60e9),
    ]
    private static let longestMilliseconds = 3_600_000.0

    /// `2500` and `2500ms` are milliseconds, `2.5s` are seconds.
    private static func duration(_ text: Substring, of name: Substring) throws(CouchbaseError) -> Duration {
        let unit = units.first { text.hasSuffix($0.name) } ?? ("", 1e6)
        let digits = text.dropLast(unit.name.count)
        guard let number = Double(digits), digits.allSatisfy({ $0.isNumber || $0 == "." }), number > 0,
            number * unit.nanoseconds <= longestMilliseconds * 1e6
        else {
            throw ConnectionString.invalid(
                "\"\(text)\" is not a time for \"\(name)\"; write 2500ms or 2.5s, at most an hour")
        }
        return .nanoseconds(Int64(number * unit.nanoseconds))
    }
}
