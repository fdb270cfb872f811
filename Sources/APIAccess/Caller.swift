import OrderEvents

/// Who sends a request, once that is known.
public struct Caller: Sendable, Equatable {
    /// Where its rights come from.
    public enum Source: Sendable, Equatable {
        /// Authentication is off: whoever reaches this machine's loopback.
        case local
        case key(id: String)
        case token
    }

    /// What its requests are counted under and what the audit log calls it: `key:4fG7hJ2k`, `token:ISSUER#SUBJECT`.
    public let id: String
    /// For people.
    public let name: String
    /// Where its rights come from.
    public let source: Source
    /// What it may do.
    public let scopes: Set<Scope>
    /// When its rights end by themselves.
    public let expiresAt: Timestamp?

    init(id: String, name: String, source: Source, scopes: Set<Scope>, expiresAt: Timestamp?) {
        self.id = id
        self.name = name
        self.source = source
        self.scopes = scopes
        self.expiresAt = expiresAt
    }

    /// The holder of a key.
    public init(key: APIKeyRecord) {
        self.init(
            id: "key:\(key.id)", name: key.name, source: .key(id: key.id), scopes: key.scopes,
            expiresAt: key.expiresAt)
    }

    /// Whoever is on this machine, where authentication is off: may do everything.
    public static let local = Caller(
        id: "local", name: "this machine", source: .local, scopes: Set(Scope.allCases), expiresAt: nil)
}
