import BrokerCore

/// A setting of the broker under the name that Apache Kafka has for it.
///
/// Whoever starts the broker sets these by ``EmbeddedBrokerConfiguration/set(_:to:)``; clients see them in
/// DescribeConfigs.
public struct BrokerProperty: Sendable {
    /// Kafka's name, such as `num.partitions`.
    public let name: String
    /// What it does, in one sentence.
    public let summary: String
    /// Which values it takes, such as "a whole number from 1 to 10000".
    public let values: String

    let kind: TopicConfig.Kind
    let read: @Sendable (EmbeddedBrokerConfiguration) -> String
    /// Takes over a value; false if it is not one.
    let apply: @Sendable (String, inout EmbeddedBrokerConfiguration) -> Bool
}

extension EmbeddedBrokerConfiguration {
    /// Everything that can be set by its name.
    public static let properties: [BrokerProperty] = [
        .number(
            "num.partitions", .integer, 1...10_000, "Partitions of topics that are made without saying how many.",
            \.defaultPartitions),
        .boolean(
            "auto.create.topics.enable", "Whether a topic is made when a client asks for one that is not there.",
            \.autoCreateTopics),
        .milliseconds(
            "log.retention.ms", or: "-1 for no limit", "How long topics keep records unless they say otherwise.",
            \.retention),
        .number(
            "log.retention.bytes", .long, -1...Int64.max,
            "How many bytes a partition keeps unless its topic says otherwise; -1 for no limit."
        ) {
            $0.retentionBytes ?? -1
        } set: {
            $0.retentionBytes = $1 < 0 ? nil : $1
        },
        .number(
            "log.retention.unread.bytes", .long, 0...Int64.max,
            "The size of a partition beyond which retention deletes even what a declared reader has not read (not a setting of Apache Kafka's).",
            \.unreadRetentionBytes),
        .number(
            "log.segment.bytes", .integer, 1024...Int64(Int32.max),
            "The size at which a segment file is closed, unless the topic says otherwise.",
            \.segmentBytes),
        .number(
            "message.max.bytes", .integer, 1024...Int64(100 << 20),
            "The largest record batch, unless the topic says otherwise.",
            \.maxMessageBytes),
        .milliseconds(
            "log.retention.check.interval.ms", 1...,
            "How often retention, compaction and the expiry of ids look for work.", \.maintenanceInterval),
        .milliseconds(
            "group.initial.rebalance.delay.ms", 0...,
            "How long the first rebalance of an empty group waits for more members.", \.initialRebalanceDelay),
        .number(
            "offsets.retention.minutes", .integer, 1...Int64(Int32.max),
            "How long a group's offsets outlive its last member."
        ) {
            milliseconds($0.offsetRetention) / 60_000
        } set: {
            $0.offsetRetention = .seconds($1 * 60)
        },
        .milliseconds(
            "offsets.retention.check.interval.ms", 1..., "How often expired offsets are looked for.",
            \.offsetExpiryInterval),
        .milliseconds(
            "producer.id.expiration.ms", 1...,
            "How long a partition remembers the sequence of a producer that is silent.", \.producerIDExpiration),
        .milliseconds(
            "transactional.id.expiration.ms", 1..., "How long a transactional id is remembered that is not used.",
            \.transactionalIDExpiration),
        .milliseconds(
            "transaction.max.timeout.ms", 1..., "The longest timeout of a transaction that a producer may ask for.",
            \.maxTransactionTimeout),
        .number(
            "transaction.version", .integer, 1...2,
            "How clients are to make transactions (a feature of Apache Kafka, set by kafka-features.sh there): 2 is KIP-890, with an epoch for each transaction.",
            \.transactionVersion),
    ]

    /// Sets a property from its text.
    ///
    /// - Throws: ``EmbeddedBrokerError/Code/invalidConfiguration`` for a name or a value that is not one. The message
    ///   says what is wrong, without the name.
    public mutating func set(_ name: String, to value: String) throws(EmbeddedBrokerError) {
        guard let property = Self.properties.first(where: { $0.name == name }) else {
            throw EmbeddedBrokerError(.invalidConfiguration, "is not a setting of the embedded broker")
        }
        guard property.apply(value, &self) else {
            throw EmbeddedBrokerError(.invalidConfiguration, "is \"\(value)\", not \(property.values)")
        }
        setProperties.insert(name)
    }

    static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}

// MARK: Kinds of properties

extension BrokerProperty {
    /// The longest time that can be set: Kafka's 32-bit milliseconds hold 24.8 days, ours hold what no broker outlives.
    private static let longestMilliseconds: Int64 = 100 * 365 * 24 * 3600 * 1000

    fileprivate static func number(
        _ name: String, _ kind: TopicConfig.Kind, _ range: ClosedRange<Int64>, _ summary: String,
        get: @escaping @Sendable (EmbeddedBrokerConfiguration) -> Int64,
        set: @escaping @Sendable (inout EmbeddedBrokerConfiguration, Int64) -> Void
    ) -> BrokerProperty {
        let values =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound) on"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return BrokerProperty(name: name, summary: summary, values: values, kind: kind, read: { "\(get($0))" }) {
            text, configuration in
            guard let number = Int64(text), range.contains(number) else { return false }
            set(&configuration, number)
            return true
        }
    }

    fileprivate static func number<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ kind: TopicConfig.Kind, _ range: ClosedRange<Int64>, _ summary: String,
        _ path: any WritableKeyPath<EmbeddedBrokerConfiguration, Number> & Sendable
    ) -> BrokerProperty {
        number(name, kind, range, summary) {
            Int64($0[keyPath: path])
        } set: {
            $0[keyPath: path] = Number($1)
        }
    }

    fileprivate static func boolean(
        _ name: String, _ summary: String, _ path: any WritableKeyPath<EmbeddedBrokerConfiguration, Bool> & Sendable
    ) -> BrokerProperty {
        BrokerProperty(
            name: name, summary: summary, values: "true or false", kind: .boolean, read: { "\($0[keyPath: path])" }
        ) { text, configuration in
            guard let value = Bool(text.lowercased()) else { return false }
            configuration[keyPath: path] = value
            return true
        }
    }

    fileprivate static func milliseconds(
        _ name: String, _ from: PartialRangeFrom<Int64>, _ summary: String,
        _ path: any WritableKeyPath<EmbeddedBrokerConfiguration, Duration> & Sendable
    ) -> BrokerProperty {
        number(name, .long, from.lowerBound...longestMilliseconds, summary) {
            EmbeddedBrokerConfiguration.milliseconds($0[keyPath: path])
        } set: {
            $0[keyPath: path] = .milliseconds($1)
        }
    }

    /// Milliseconds, or -1 for nil.
    fileprivate static func milliseconds(
        _ name: String, or never: String, _ summary: String,
        _ path: any WritableKeyPath<EmbeddedBrokerConfiguration, Duration?> & Sendable
    ) -> BrokerProperty {
        number(name, .long, -1...longestMilliseconds, "\(summary.dropLast()), \(never).") {
            $0[keyPath: path].map(EmbeddedBrokerConfiguration.milliseconds) ?? -1
        } set: {
            $0[keyPath: path] = $1 < 0 ? nil : .milliseconds($1)
        }
    }
}
