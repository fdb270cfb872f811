import Kafka
import OrderEvents

/// A refusal of Kafka for want of a right, as a line that says who lacks which right on what. Pure.
///
/// Kafka names the kind of resource, and the client library at best its name. Who asked knows what it needs: so the
/// line names the resource where that is known, and else all of its kind that the service needs.
public struct MissingRight: Error, Hashable, CustomStringConvertible, Sendable {
    /// What a part of the platform needs of a cluster with rights.
    public struct Needs: Hashable, Sendable {
        /// Who needs it, for people: `payments`.
        public var part: String
        public var reads: [String] = []
        public var writes: [String] = []
        public var group: String?
        /// What its transactional ids begin with.
        public var transactionalID: String?

        public init(
            _ part: String, reads: [String] = [], writes: [String] = [], group: String? = nil,
            transactionalID: String? = nil
        ) {
            self.part = part
            self.reads = reads
            self.writes = writes
            self.group = group
            self.transactionalID = transactionalID
        }

        /// Of a service.
        public init(_ definition: TaskDefinition, writes: [String]) {
            self.init(
                definition.name,
                reads: definition.inputs + (definition.changelog.map { [$0] } ?? []) + [Topics.platformLayout],
                writes: writes + definition.inputs.map { Topics.deadLetter(topic: $0, group: definition.group) }
                    + [Topics.serviceHealth],
                group: definition.group, transactionalID: "\(definition.group)-")
        }

        /// Of whatever makes topics at a start.
        public static let start = Needs(
            "the start", reads: [Topics.platformLayout], writes: [Topics.platformLayout],
            transactionalID: LayoutLog.transactionalID)
    }

    public let description: String

    /// nil: the error is no such refusal.
    ///
    /// - Parameter principal: who logged in; nil: nobody, or by a certificate.
    public init?(_ error: any Error, principal: String?, needs: Needs) {
        guard let error = error as? KafkaError, let what = Self.what(error, needs) else { return nil }
        let user = principal.map { "the user \($0)" } ?? "this client"
        description = "Kafka refuses \(user) a right that \(needs.part) needs: \(what)"
    }

    private static func what(_ error: KafkaError, _ needs: Needs) -> String? {
        switch error.code {
        case .topicAuthorizationFailed: topics(error, needs)
        case .groupAuthorizationFailed:
            needs.group.map { "Read on the group \($0). Give it" } ?? "Describe on the consumer groups. Give it"
        case .transactionalIDAuthorizationFailed:
            "Write on the transactional id \(needs.transactionalID.map { $0.hasSuffix("-") ? "\($0)*" : $0 } ?? "*"). Give it"
        case .clusterAuthorizationFailed:
            "Create on the cluster, or IdempotentWrite. Give it, or make the topics beforehand"
        default: nil
        }
    }

    private static func topics(_ error: KafkaError, _ needs: Needs) -> String {
        let said = "\(error.context ?? "") \(error.message)"
        func isNamed(_ topic: String) -> Bool {
            said.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") }.contains { $0 == topic }
        }
        if said.contains("creating topics") {
            let name = error.context?.split(separator: " ").last.map(String.init) ?? "*"
            return "Create on the topic \(name). Give it, or make the topic beforehand"
        }
        // A tool reads what it is asked about: the error alone knows.
        if needs.reads.isEmpty, needs.writes.isEmpty {
            return "Read, Write or Describe on the topic of \"\(error.context ?? error.message)\". Give it"
        }
        let (reads, writes) = (needs.reads.filter(isNamed), needs.writes.filter(isNamed))
        if reads.isEmpty, writes.isEmpty {
            return
                "Read on \(needs.reads.joined(separator: ", ")), or Write on \(needs.writes.joined(separator: ", ")). Give what is missing"
        }
        let parts = reads.map { "Read on the topic \($0)" } + writes.map { "Write on the topic \($0)" }
        return "\(parts.joined(separator: " or ")). Give it"
    }
}

extension KafkaSettings {
    /// Who logs in; nil: nobody does, or the name cannot be read.
    package var principal: String? {
        // Where its file cannot be read, the login says so.
        guard let login = security.login, let name = try? login.username.read() else { return nil }
        return name.reveal()
    }
}
