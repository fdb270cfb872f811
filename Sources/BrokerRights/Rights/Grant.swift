/// One thing that a user may do: `write:orders`, `read:*`, `group:reports-*`.
public struct Grant: Hashable, Sendable {
    /// What is granted.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Fetch from topics.
        case read
        /// Produce to topics, idempotent producers included.
        case write
        /// Everything with topics: also make, delete and change them. With `*` everything else, too.
        case admin
        /// Be a member of consumer groups, commit their offsets, delete them.
        case group
        /// Use transactional ids.
        case transaction
    }

    /// What is granted.
    public let kind: Kind
    /// On which names.
    public let pattern: NamePattern

    /// A grant of a kind on names.
    public init(_ kind: Kind, _ pattern: NamePattern) {
        self.kind = kind
        self.pattern = pattern
    }
}

extension Grant: LosslessStringConvertible {
    /// Reads `KIND:PATTERN`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let pattern = NamePattern(String(parts[1]))
        else { return nil }
        self.init(kind, pattern)
    }

    /// `KIND:PATTERN`.
    public var description: String { "\(kind.rawValue):\(pattern)" }
}

/// A name, or all names that begin alike: `orders`, `orders-*`, `*`.
public struct NamePattern: Hashable, Sendable, LosslessStringConvertible {
    private let text: String
    private let isPrefix: Bool

    /// Nil for what cannot be a pattern: nothing, more than 250 bytes, or an asterisk that is not at the end.
    public init?(_ text: String) {
        isPrefix = text.hasSuffix("*")
        self.text = isPrefix ? String(text.dropLast()) : text
        guard !text.isEmpty, text.utf8.count <= 250, !self.text.contains("*"),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
    }

    /// Whether a name is one of those that are meant.
    public func matches(_ name: String) -> Bool { isPrefix ? name.hasPrefix(text) : name == text }

    /// Whether every name is meant.
    public var isEverything: Bool { isPrefix && text.isEmpty }

    /// As it is written.
    public var description: String { isPrefix ? text + "*" : text }
}
