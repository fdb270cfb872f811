/// A group's place in the log was cut away under it: records that it had not read were deleted. A lasting record of the
/// topic `service-health`, under a key of its own (``key``), written in the transaction in which the group skips the
/// gap.
public struct LogCut: Hashable, Sendable, Codable {
    /// How the place was lost.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Records from ``from`` up to ``to`` are gone: retention, or somebody who deleted them.
        case deleted
        /// The log ends before ``from``: the topic was deleted and made again, or restored from an older copy. The
        /// group begins at ``to``, the oldest record.
        case replaced
    }

    /// The service's name, as in the command line.
    public var service: String
    /// The consumer group that lost its place.
    public var group: String
    /// The topic that was cut.
    public var topic: String
    /// The partition that was cut.
    public var partition: Int32
    /// The next offset that the group would have read.
    public var from: Int64
    /// The offset that it reads next instead.
    public var to: Int64
    /// How the place was lost.
    public var kind: Kind
    /// When it was found.
    public var at: Timestamp

    /// A cut from its parts.
    public init(
        service: String, group: String, topic: String, partition: Int32, from: Int64, to: Int64, kind: Kind,
        at: Timestamp
    ) {
        self.service = service
        self.group = group
        self.topic = topic
        self.partition = partition
        self.from = from
        self.to = to
        self.kind = kind
        self.at = at
    }

    /// What all keys of cuts begin with; those of instances begin with a service's name.
    public static let keyPrefix = "log-cut/"

    /// `log-cut/payments-group/orders/3/120`: a cut that is found again replaces its record.
    public var key: String { "\(LogCut.keyPrefix)\(group)/\(topic)/\(partition)/\(from)" }

    /// How many records the group has not read, markers and compacted ones included; nil where the log is another one.
    public var lost: Int64? { kind == .deleted ? to - from : nil }
}
