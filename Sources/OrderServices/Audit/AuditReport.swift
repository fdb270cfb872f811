/// One thing that does not agree.
public struct Finding: Codable, Sendable, CustomStringConvertible {
    public enum Kind: String, Codable, Sendable {
        case payment, fraud, document, aggregate, store, topic
    }

    public let kind: Kind
    /// What it is about: `order 42`, `totals of partition 3`.
    public let subject: String
    public let detail: String

    public var description: String { "\(kind.rawValue): \(subject) \(detail)" }
}

/// The outcome of an audit.
public struct AuditReport: Codable, Sendable {
    public let counts: Audit.Counts
    /// All findings; `findings` holds the first hundred.
    public let findingCount: Int
    public let findings: [Finding]

    public var isClean: Bool { findingCount == 0 }
}
