/// How one instance of a service is, as the topic `service-health` keeps it, newest by key.
public struct InstanceHealth: Hashable, Sendable, Codable {
    /// What an instance is at.
    public enum State: String, Hashable, Sendable, Codable {
        /// Not in its group yet.
        case starting
        /// Brings the state of its partitions up to date.
        case restoring
        case running
        /// Waits for something that it needs, and goes on by itself.
        case retrying
    }

    /// What it waits for.
    public struct Problem: Hashable, Sendable, Codable {
        /// Machine-readable: `dependency_unavailable`, …
        public var code: String
        /// For people; holds no secret.
        public var detail: String
        /// Failures in a row, from 1.
        public var attempt: Int
        /// When it tries again.
        public var nextAttemptAt: Timestamp

        /// A problem with the attempts so far.
        public init(code: String, detail: String, attempt: Int, nextAttemptAt: Timestamp) {
            self.code = code
            self.detail = detail
            self.attempt = attempt
            self.nextAttemptAt = nextAttemptAt
        }

        private enum CodingKeys: String, CodingKey {
            case code, detail, attempt
            case nextAttemptAt = "next_attempt_at"
        }
    }

    /// The service's name, as in the command line.
    public var service: String
    /// The instance's own name, stable across restarts.
    public var instance: String
    /// What it is at.
    public var state: State
    /// Since when it is in this state.
    public var since: Timestamp
    /// When it said so.
    public var seenAt: Timestamp
    /// Only while retrying.
    public var problem: Problem?

    /// The health of one instance.
    public init(
        service: String, instance: String, state: State, since: Timestamp, seenAt: Timestamp, problem: Problem? = nil
    ) {
        self.service = service
        self.instance = instance
        self.state = state
        self.since = since
        self.seenAt = seenAt
        self.problem = problem
    }

    /// The record's key: `payments/a1b2`.
    public var key: String { "\(service)/\(instance)" }

    private enum CodingKeys: String, CodingKey {
        case service, instance, state, since, problem
        case seenAt = "seen_at"
    }
}

/// As RFC 3339 text.
extension Timestamp: Codable {
    /// From RFC 3339 text.
    public init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        guard let timestamp = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no RFC 3339 timestamp with an offset"))
        }
        self = timestamp
    }

    /// As RFC 3339 text.
    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}
