import OrderEvents

/// Which dead letters are meant. What is nil does not matter; what is given must all hold.
public struct DeadLetterFilter: Hashable, Sendable {
    /// The topic that the record came from.
    public var topic: String?
    /// The consumer group that set it aside.
    public var group: String?
    /// The machine-readable kind of fault.
    public var code: String?
    /// The record's key, as text.
    public var key: String?
    /// Set aside at this time or later, milliseconds since 1970.
    public var since: Int64?
    /// Set aside before this time, milliseconds since 1970.
    public var until: Int64?
    public var state: DeadLetterState?

    public init(
        topic: String? = nil, group: String? = nil, code: String? = nil, key: String? = nil, since: Int64? = nil,
        until: Int64? = nil,
        state: DeadLetterState? = nil
    ) {
        self.topic = topic
        self.group = group
        self.code = code
        self.key = key
        self.since = since
        self.until = until
        self.state = state
    }

    /// Whether any dead letter of a dead-letter topic can match.
    public func covers(_ deadLetters: DeadLetterTopic) -> Bool {
        (topic == nil || topic == deadLetters.topic) && (group == nil || group == deadLetters.group)
    }

    public func matches(_ letter: DeadLetter, _ state: DeadLetterState) -> Bool {
        if let topic, topic != letter.id.topic { return false }
        if let group, group != letter.id.group { return false }
        if let code, code != letter.code { return false }
        if let key, letter.key.map({ Array(key.utf8) != $0 }) ?? true { return false }
        if let since, letter.failedAt < since { return false }
        if let until, letter.failedAt >= until { return false }
        return self.state == nil || self.state == state
    }
}
