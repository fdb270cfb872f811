import OrderEvents

/// What is kept of one API key: everything but the key.
public struct APIKeyRecord: Sendable, Equatable {
    /// As in the key's text.
    public let id: String
    /// Whose or what for, for people.
    public let name: String
    /// What its holder may do.
    public let scopes: Set<Scope>
    /// SHA-256 of the whole key.
    public let hash: [UInt8]
    /// When it was made.
    public let createdAt: Timestamp
    /// From then on it is refused; nil: never by itself.
    public let expiresAt: Timestamp?
    /// When it was revoked; nil while it is not.
    public var revokedAt: Timestamp?

    /// The record of a new key.
    public init(key: APIKeyText, name: String, scopes: Set<Scope>, createdAt: Timestamp, expiresAt: Timestamp?) {
        self.id = key.id
        self.name = name
        self.scopes = scopes
        self.hash = APIKeyText.hash(key.text)
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether it lets its holder in at that time.
    public func standing(at time: Timestamp) -> Standing {
        if revokedAt != nil { return .revoked }
        if let expiresAt, expiresAt <= time { return .expired }
        return .valid
    }

    /// Whether a key is taken, and why not.
    public enum Standing: String, Sendable {
        case valid, revoked, expired
    }

    /// The most bytes of a name.
    public static let maximumNameBytes = 80

    /// Whether a name can stand in a list and in a log line: printable, not too long.
    public static func isUsable(name: String) -> Bool {
        (1...maximumNameBytes).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}

extension APIKeyRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, name, scopes
        case hash = "sha256"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }

    /// - Throws: `DecodingError` naming what is wrong.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func time(_ key: CodingKeys) throws -> Timestamp? {
            guard let text = try values.decodeIfPresent(String.self, forKey: key) else { return nil }
            guard let time = Timestamp(rfc3339: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: values, debugDescription: "not an RFC 3339 time")
            }
            return time
        }
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        scopes = Set(try values.decode([Scope].self, forKey: .scopes))
        guard let hash = Hexadecimal.decode(try values.decode(String.self, forKey: .hash)), hash.count == 32 else {
            throw DecodingError.dataCorruptedError(forKey: .hash, in: values, debugDescription: "not 64 hex digits")
        }
        self.hash = hash
        guard id.utf8.count == APIKeyText.idLength, Self.isUsable(name: name) else {
            throw DecodingError.dataCorruptedError(forKey: .id, in: values, debugDescription: "not an id and a name")
        }
        createdAt = try time(.createdAt) ?? .epoch
        expiresAt = try time(.expiresAt)
        revokedAt = try time(.revokedAt)
    }

    /// As in the file of keys.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(scopes.sorted(), forKey: .scopes)
        try values.encode(Hexadecimal.encode(hash), forKey: .hash)
        try values.encode(createdAt.description, forKey: .createdAt)
        try values.encodeIfPresent(expiresAt?.description, forKey: .expiresAt)
        try values.encodeIfPresent(revokedAt?.description, forKey: .revokedAt)
    }
}

/// Bytes as lowercase hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        let values = text.utf8.map { byte in digits.firstIndex(of: byte | 0x20) }
        guard values.count.isMultiple(of: 2), values.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0]! << 4 | values[$0 + 1]!) }
    }
}
