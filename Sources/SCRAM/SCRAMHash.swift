import Crypto

/// The hash that an exchange is done with.
public enum SCRAMHash: String, Hashable, Sendable, CaseIterable {
    /// RFC 5802. For servers that offer nothing better.
    case sha1
    /// RFC 7677.
    case sha256
    /// As RFC 7677, with the longer hash.
    case sha512

    /// The name as it is registered, such as `SCRAM-SHA-256`.
    public var mechanism: String {
        switch self {
        case .sha1: "SCRAM-SHA-1"
        case .sha256: "SCRAM-SHA-256"
        case .sha512: "SCRAM-SHA-512"
        }
    }

    /// The hash of a mechanism's name, nil where it is none of SCRAM's.
    public init?(mechanism: String) {
        guard let hash = Self.allCases.first(where: { $0.mechanism == mechanism }) else { return nil }
        self = hash
    }

    /// The length of a digest, and of every key.
    var byteCount: Int {
        switch self {
        case .sha1: Insecure.SHA1.byteCount
        case .sha256: SHA256.byteCount
        case .sha512: SHA512.byteCount
        }
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Array(Insecure.SHA1.hash(data: bytes))
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }

    func code(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch self {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        }
    }

    /// Hi() of RFC 5802: PBKDF2 of RFC 8018 with one block. It works for a while: `iterations` hashes.
    func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        switch self {
        case .sha1: PBKDF2.derive(Insecure.SHA1.self, password: password, salt: salt, iterations: iterations)
        case .sha256: PBKDF2.derive(SHA256.self, password: password, salt: salt, iterations: iterations)
        case .sha512: PBKDF2.derive(SHA512.self, password: password, salt: salt, iterations: iterations)
        }
    }
}
