/// The settings that a topic can have, as the Kafka protocol names them.
package enum TopicConfig {
    package enum Kind: Sendable {
        case boolean, string, integer, long, double, list
        /// The number that DescribeConfigs gives the type.
        var wireType: Int8 {
            switch self {
            case .boolean: 1
            case .string: 2
            case .integer: 3
            case .long: 5
            case .double: 6
            case .list: 7
            }
        }
    }

    struct Definition: Sendable {
        var name: String
        var kind: Kind
        var documentation: String
        /// Whether changing it has an effect; the others are accepted with their only value or ignored.
        var isEffective = true
        var check: @Sendable (String) -> Bool
        var read: @Sendable (LogConfig) -> String
        var apply: @Sendable (String, inout LogConfig) -> Void

        /// What Kafka calls the broker's default of it.
        var brokerName: String {
            switch name {
            case "segment.ms": "log.roll.ms"
            case "segment.jitter.ms": "log.roll.jitter.ms"
            case "segment.index.bytes": "log.index.size.max.bytes"
            case "file.delete.delay.ms": "log.segment.delete.delay.ms"
            case "flush.messages": "log.flush.interval.messages"
            case "flush.ms": "log.flush.interval.ms"
            case "max.message.bytes": "message.max.bytes"
            case "delete.retention.ms", "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "max.compaction.lag.ms":
                "log.cleaner." + (name == "min.cleanable.dirty.ratio" ? "min.cleanable.ratio" : name)
            case "compression.type", "min.insync.replicas", "unclean.leader.election.enable",
                "leader.replication.throttled.replicas", "follower.replication.throttled.replicas":
                name
            default: "log." + name
            }
        }
    }

    static let definitions: [Definition] = [
        long(
            "retention.ms", "How long records are kept, in milliseconds; -1 for no limit.", -1, \.retentionMilliseconds),
        long("retention.bytes", "How many bytes each partition keeps; -1 for no limit.", -1, \.retentionBytes),
        int("segment.bytes", "The size at which a segment file is closed.", 14, \.segmentBytes),
        long("segment.ms", "The age at which a segment file is closed, in milliseconds.", 1, \.segmentMilliseconds),
        long(
            "delete.retention.ms", "How long tombstones outlive compaction, in milliseconds.", 0,
            \.deleteRetentionMilliseconds),
        long(
            "min.compaction.lag.ms", "How old a record must be to be compacted away, in milliseconds.", 0,
            \.minCompactionLagMilliseconds),
        int("max.message.bytes", "The largest record batch.", 0, \.maxMessageBytes),
        Definition(
            name: "min.cleanable.dirty.ratio", kind: .double,
            documentation: "The part of a log that must be uncompacted before it is compacted.",
            check: { Double($0).map { (0...1).contains($0) } ?? false }, read: { "\($0.minCleanableRatio)" },
            apply: { $1.minCleanableRatio = Double($0) ?? $1.minCleanableRatio }),
        Definition(
            name: "cleanup.policy", kind: .list, documentation: "delete, compact, or both.",
            check: { !$0.isEmpty && elements($0).allSatisfy { $0 == "delete" || $0 == "compact" } },
            read: {
                [$0.compacts ? "compact" : nil, $0.deletes ? "delete" : nil].compactMap { $0 }.joined(separator: ",")
            },
            apply: {
                $1.compacts = elements($0).contains("compact")
                $1.deletes = elements($0).contains("delete")
            }),
        Definition(
            name: "message.timestamp.type", kind: .string,
            documentation: "CreateTime: the producer's timestamps; LogAppendTime: the broker's.",
            check: { $0 == "CreateTime" || $0 == "LogAppendTime" },
            read: { $0.usesLogAppendTime ? "LogAppendTime" : "CreateTime" },
            apply: { $1.usesLogAppendTime = $0 == "LogAppendTime" }),
        fixed("compression.type", .string, "Batches are kept as producers compress them.", "producer") { _ in true },
        fixed("min.insync.replicas", .integer, "There is one replica.", "1") { Int($0).map { $0 >= 1 } ?? false },
        fixed("unclean.leader.election.enable", .boolean, "There is one replica.", "false", isBoolean),
        fixed("preallocate", .boolean, "Segments grow as needed.", "false", isBoolean),
        fixed(
            "index.interval.bytes", .integer, "The distance of index entries.", "\(SegmentIndex.intervalBytes)",
            isNumber),
        fixed("segment.index.bytes", .integer, "Indexes grow as needed.", "10485760", isNumber),
        fixed("segment.jitter.ms", .long, "Segments are closed without jitter.", "0", isNumber),
        fixed("file.delete.delay.ms", .long, "Files are deleted at once.", "0", isNumber),
        fixed(
            "flush.messages", .long, "Every append is on disk before it is acknowledged.", "9223372036854775807",
            isNumber),
        fixed("flush.ms", .long, "Every append is on disk before it is acknowledged.", "9223372036854775807", isNumber),
        fixed("max.compaction.lag.ms", .long, "Compaction is by ratio.", "9223372036854775807", isNumber),
        fixed(
            "message.timestamp.difference.max.ms", .long, "Timestamps are not limited.", "9223372036854775807", isNumber
        ),
        fixed("message.timestamp.before.max.ms", .long, "Timestamps are not limited.", "9223372036854775807", isNumber),
        fixed("message.timestamp.after.max.ms", .long, "Timestamps are not limited.", "9223372036854775807", isNumber),
        fixed("message.format.version", .string, "Batches of format 2.", "3.0-IV1") { _ in true },
        fixed("message.downconversion.enable", .boolean, "Old formats are not served.", "false", isBoolean),
        fixed("leader.replication.throttled.replicas", .list, "There is one replica.", "") { _ in true },
        fixed("follower.replication.throttled.replicas", .list, "There is one replica.", "") { _ in true },
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })

    static func definition(_ name: String) -> Definition? { byName[name] }

    /// Why a setting cannot be made, nil if it can.
    static func problem(name: String, value: String) -> String? {
        guard let definition = byName[name] else { return "unknown topic setting \"\(name)\"" }
        return definition.check(value) ? nil : "\"\(value)\" is not a value of \(name)"
    }

    /// The defaults with a topic's own settings on top.
    static func resolve(_ configs: [String: String], defaults: LogConfig) -> LogConfig {
        var config = defaults
        for (name, value) in configs { byName[name]?.apply(value, &config) }
        return config
    }

    // MARK: Kinds of definitions

    /// The elements of a setting that is a list.
    static func elements(_ value: String) -> [String] {
        value.split(separator: ",").map { part in String(part.filter { $0 != " " }) }
    }

    @Sendable private static func isBoolean(_ value: String) -> Bool { value == "true" || value == "false" }
    @Sendable private static func isNumber(_ value: String) -> Bool { Int64(value) != nil }

    private static func long(
        _ name: String, _ documentation: String, _ minimum: Int64,
        _ path: any WritableKeyPath<LogConfig, Int64> & Sendable
    ) -> Definition {
        Definition(
            name: name, kind: .long, documentation: documentation,
            check: { Int64($0).map { $0 >= minimum } ?? false }, read: { "\($0[keyPath: path])" },
            apply: { $1[keyPath: path] = Int64($0) ?? $1[keyPath: path] })
    }

    private static func int(
        _ name: String, _ documentation: String, _ minimum: Int, _ path: any WritableKeyPath<LogConfig, Int> & Sendable
    ) -> Definition {
        Definition(
            name: name, kind: .integer, documentation: documentation,
            check: { Int32($0).map { Int($0) >= minimum } ?? false }, read: { "\($0[keyPath: path])" },
            apply: { $1[keyPath: path] = Int($0) ?? $1[keyPath: path] })
    }

    private static func fixed(
        _ name: String, _ kind: Kind, _ documentation: String, _ value: String,
        _ check: @escaping @Sendable (String) -> Bool
    ) -> Definition {
        Definition(
            name: name, kind: kind, documentation: documentation, isEffective: false, check: check,
            read: { _ in value },
            apply: { _, _ in })
    }
}
