import Foundation
import JWTKit

/// The keys that tokens are verified with. Each is bound to one algorithm when it is loaded; a token cannot choose
/// another one.
public struct TokenKeys: Sendable {
    struct Key: Sendable {
        /// Its name in the key set; nil for a shared secret.
        let id: String?
        let algorithm: any JWTAlgorithm
    }

    let keys: [Key]
    /// Why keys of a set were left out, for people.
    public let notes: [String]

    /// No keys: every token is refused.
    public static let none = TokenKeys(keys: [], notes: [])

    init(keys: [Key], notes: [String]) {
        self.keys = keys
        self.notes = notes
    }

    /// How many keys there are.
    public var count: Int { keys.count }

    /// Both sets together.
    public func adding(_ other: TokenKeys) -> TokenKeys {
        TokenKeys(keys: keys + other.keys, notes: notes + other.notes)
    }

    /// A secret that issuer and server share, for HS256.
    ///
    /// - Throws: ``APIAccessError`` if it is shorter than the hash (RFC 7518, 3.2).
    public static func shared(secret: [UInt8]) async throws -> TokenKeys {
        guard secret.count >= 32 else {
            throw APIAccessError(
                "JWT_SECRET is too short: HS256 needs at least 32 bytes, such as from `openssl rand -hex 32`")
        }
        let collection = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return TokenKeys(keys: [Key(id: nil, algorithm: try await collection.getKey())], notes: [])
    }

    static let maximumSetBytes = 1024 * 1024
    static let maximumKeys = 100

    /// The public keys of a JSON Web Key Set (RFC 7517).
    ///
    /// Keys for RS256, ES256 and EdDSA are taken; others are left out with a note. A key that names no algorithm is
    /// bound by its type. Symmetric keys do not belong into such a set, and private parts are not used.
    ///
    /// - Throws: ``APIAccessError`` if it is no key set or has no key that can be used.
    public static func set(_ json: [UInt8]) async throws -> TokenKeys {
        guard json.count <= maximumSetBytes else { throw APIAccessError("the key set has more than 1 MiB") }
        // Whatever is wrong with its JSON, the answer is the same.
        guard let object = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any],
            let entries = object["keys"] as? [[String: Any]]
        else { throw APIAccessError("it is no JSON Web Key Set: an object with the member keys") }
        guard entries.count <= maximumKeys else {
            throw APIAccessError("the key set has more than \(maximumKeys) keys")
        }
        var keys: [Key] = []
        var notes: [String] = []
        for (place, entry) in entries.enumerated() {
            do {
                keys.append(try await key(entry))
            } catch {
                let name = (entry["kid"] as? String).map { "\"\($0.prefix(80))\"" } ?? "number \(place + 1)"
                notes.append("key \(name) is not used: \((error as? APIAccessError)?.description ?? "it is malformed")")
            }
        }
        guard Set(keys.map(\.id)).count == keys.count else {
            throw APIAccessError("two keys of the key set have the same kid, so that a token's key is uncertain")
        }
        guard !keys.isEmpty else {
            throw APIAccessError((["the key set has no key that can be used"] + notes).joined(separator: "; "))
        }
        return TokenKeys(keys: keys, notes: notes)
    }

    private static func key(_ entry: [String: Any]) async throws -> Key {
        if let use = entry["use"] as? String, use != "sig" {
            throw APIAccessError("it is for \(use.prefix(20)), not sig")
        }
        let type = entry["kty"] as? String ?? ""
        let bound = ["RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"]
        guard let name = bound[type] else {
            throw APIAccessError("keys of the type \"\(type.prefix(20))\" are not taken")
        }
        if let named = entry["alg"] as? String, named != name {
            throw APIAccessError("its algorithm is \(named.prefix(20)); RS256, ES256 and EdDSA are taken")
        }
        guard let id = entry["kid"] as? String, !id.isEmpty else { throw APIAccessError("it has no kid") }
        // Only its public members, with the algorithm that it is bound to.
        var entry = entry.filter { ["kty", "kid", "n", "e", "x", "y", "crv"].contains($0.key) }
        entry["alg"] = name
        let jwk = try JWK(json: String(decoding: try JSONSerialization.data(withJSONObject: entry), as: UTF8.self))
        let collection = try await JWTKeyCollection().add(jwk: jwk)
        let algorithm = try await collection.getKey(for: JWKIdentifier(string: id), alg: name)
        guard algorithm.name == name else { throw APIAccessError("it does not give \(name)") }
        return Key(id: id, algorithm: algorithm)
    }
}
