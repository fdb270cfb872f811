/// What a topic's settings cannot hold: looked for at each start, on every Kafka. Pure.
///
/// The embedded broker keeps what the platform's groups have not read, whatever a record's own time; another Kafka
/// deletes by these settings alone.
public struct TopicReview: Sendable {
    /// A setting that does not fit, for people.
    public struct Finding: Hashable, Sendable {
        /// The topic with the setting.
        public let topic: String
        /// The setting's name, or `replication.factor`.
        public let setting: String
        /// The setting as it is.
        public let value: String
        /// What it leads to.
        public let consequence: String
        /// What to set instead.
        public let advice: String

        /// The topic cannot be used as it is. The others put a guarantee at risk.
        public var isFatal = false
    }

    /// A topic as it stands.
    public struct Topic: Sendable {
        /// As the cluster knows it.
        public var name: String
        /// By Kafka's names.
        public var settings: [String: String]
        /// The fewest of any of its partitions.
        public var replicas: Int

        /// A topic as the cluster describes it.
        public init(name: String, settings: [String: String], replicas: Int) {
            self.name = name
            self.settings = settings
            self.replicas = replicas
        }
    }

    /// Whether the broker itself keeps what was not read.
    let keepsUnread: Bool
    /// Brokers of the cluster.
    let brokers: Int

    /// A review for one cluster.
    public init(keepsUnread: Bool, brokers: Int) {
        self.keepsUnread = keepsUnread
        self.brokers = brokers
    }

    /// - Parameters:
    ///   - topic: the topic with its settings as they are.
    ///   - spec: what the topic would be made with.
    public func findings(of topic: Topic, against spec: TopicSpec) -> [Finding] {
        var findings: [Finding] = []
        func say(_ setting: String, _ value: String, _ consequence: String, _ advice: String) {
            findings.append(
                Finding(topic: topic.name, setting: setting, value: value, consequence: consequence, advice: advice))
        }
        func number(_ name: String) -> Int64? { topic.settings[name].flatMap { Int64($0) } }

        let policy = Set(
            (topic.settings["cleanup.policy"] ?? "delete").split(separator: ",").map { String($0.drop { $0 == " " }) })
        let deletes = policy.contains("delete")
        if spec.config["cleanup.policy"] == "compact" {
            if policy != ["compact"] {
                say(
                    "cleanup.policy", topic.settings["cleanup.policy"] ?? "delete",
                    "the newest record of a key is deleted with time, and what is kept there is lost",
                    "cleanup.policy=compact")
            }
        } else if policy.contains("compact") {
            say(
                "cleanup.policy", policy.sorted().joined(separator: ","),
                "an earlier event of an order may be gone before it was read",
                "cleanup.policy=delete")
        }
        if deletes, spec.config["cleanup.policy"] != "compact" {
            retention(topic, spec, number, say)
        }
        if let inSync = number("min.insync.replicas"), inSync > topic.replicas {
            findings.append(
                Finding(
                    topic: topic.name, setting: "min.insync.replicas", value: "\(inSync)",
                    consequence: "every write is refused, as there are only \(topic.replicas) replicas",
                    advice: "min.insync.replicas=\(topic.replicas > 2 ? 2 : 1)", isFatal: true))
        }
        durability(topic, number, say)
        if let wanted = spec.config["max.message.bytes"].flatMap({ Int64($0) }),
            let limit = number("max.message.bytes"), limit < wanted
        {
            say(
                "max.message.bytes", "\(limit)",
                "a dead letter of a large record leaves out the record's bytes, which then only its own topic has",
                "max.message.bytes=\(wanted)")
        }
        return findings
    }

    private func retention(
        _ topic: Topic, _ spec: TopicSpec, _ number: (String) -> Int64?, _ say: (String, String, String, String) -> Void
    ) {
        let kept = number("retention.ms") ?? -1
        let wanted = spec.config["retention.ms"].flatMap { Int64($0) } ?? -1
        if kept >= 0, wanted < 0 || kept < wanted {
            say(
                "retention.ms", "\(kept)",
                topic.name == Topics.orders.name
                    ? "orders that wait for longer than this are deleted, read or not"
                    : "state is restored from here: what is older than this is forgotten, and an order that comes again is taken for a new one",
                "retention.ms=\(wanted)")
        }
        if let bytes = number("retention.bytes"), bytes >= 0, !keepsUnread {
            say("retention.bytes", "\(bytes)", "records are deleted by size, read or not", "retention.bytes=-1")
        }
        if topic.name == Topics.orders.name, !keepsUnread, kept >= 0,
            topic.settings["message.timestamp.type"] != "LogAppendTime"
        {
            say(
                "message.timestamp.type", topic.settings["message.timestamp.type"] ?? "CreateTime",
                "an accepted order whose own time is older than retention.ms is deleted at once, read or not",
                "message.timestamp.type=LogAppendTime")
        }
    }

    private func durability(
        _ topic: Topic, _ number: (String) -> Int64?, _ say: (String, String, String, String) -> Void
    ) {
        if brokers > 1, topic.replicas == 1 {
            say(
                "replication.factor", "1", "the loss of one broker's disk loses acknowledged records",
                "a replication factor of 3")
        }
        if topic.replicas > 2, let inSync = number("min.insync.replicas"), inSync < 2 {
            say(
                "min.insync.replicas", "\(inSync)",
                "a record that one broker alone has counts as acknowledged, and is lost with it",
                "min.insync.replicas=2")
        }
        if topic.replicas > 1, topic.settings["unclean.leader.election.enable"] == "true" {
            say(
                "unclean.leader.election.enable", "true",
                "a broker that lacks acknowledged records may become the leader, and they are lost",
                "unclean.leader.election.enable=false")
        }
    }
}

extension TopicSpec {
    /// What a topic is made with on a Kafka that deletes by settings alone. There orders are kept by when the log took
    /// them: an order keeps its own time in `created_at`, and nothing else goes by a record's.
    public func forOtherKafka() -> TopicSpec {
        guard name == Topics.orders.name else { return self }
        var spec = self
        spec.config["message.timestamp.type"] = "LogAppendTime"
        return spec
    }
}
