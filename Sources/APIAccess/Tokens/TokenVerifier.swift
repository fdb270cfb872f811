import Foundation
import JWTKit
import OrderEvents

/// Decides whether a JSON Web Token lets its bearer in. Pure: keys and time come from outside.
public struct TokenVerifier: Sendable {
    /// Who must have issued a token.
    public let issuer: String
    /// Whom a token must be for.
    public let audience: String
    /// How far the issuer's clock and this one may differ.
    static let leewaySeconds = 30.0
    static let maximumBytes = 8192

    /// Tokens of that issuer for that audience.
    public init(issuer: String, audience: String) {
        self.issuer = issuer
        self.audience = audience
    }

    /// Why a token is refused.
    public enum Refusal: Error, Sendable, Equatable {
        case malformed
        /// `none`, or one that no key is for.
        case algorithm
        /// The key that it names is for another algorithm.
        case algorithmOfAnotherKey
        /// Perhaps a new one: the key set is worth another look.
        case unknownKey
        case signature
        case issuer
        case audience
        case noExpiry
        case expired
        case notYetValid
    }

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let crit: [String]?
    }

    /// The bearer of a token.
    ///
    /// Nothing in the token is believed before its signature is verified, but for two members of its header. `kid`
    /// chooses among the keys that are there. `alg` must be the one that this key is bound to.
    public func verify(_ token: String, with keys: TokenKeys, at time: Timestamp) throws(Refusal) -> Caller {
        guard token.utf8.count <= Self.maximumBytes else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            // Why it is no header matters to its maker alone.
            let header = try? JSONDecoder().decode(Header.self, from: Data(headerBytes)),
            // No extension is understood here, so none may be critical (RFC 7515, 4.1.11).
            header.crit == nil
        else { throw .malformed }
        let key = try Self.key(header, among: keys)
        let signed = Array(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        // A signature that cannot even be taken apart is a wrong one.
        guard (try? key.algorithm.verify(signature, signs: signed)) == true else { throw .signature }
        guard let claims = try? JSONDecoder().decode(TokenClaims.self, from: Data(payload)) else { throw .malformed }
        return try caller(claims, at: time)
    }

    private static func key(_ header: Header, among keys: TokenKeys) throws(Refusal) -> TokenKeys.Key {
        let known = ["HS256", "RS256", "ES256", "EdDSA"]
        guard known.contains(header.alg) else { throw .algorithm }
        if let id = header.kid, let key = keys.keys.first(where: { $0.id == id }) {
            guard key.algorithm.name == header.alg else { throw .algorithmOfAnotherKey }
            return key
        }
        // A shared secret has no name. Other keys need not be named where only one comes into question.
        let candidates = keys.keys.filter { $0.algorithm.name == header.alg && (header.kid == nil || $0.id == nil) }
        guard candidates.count == 1 else { throw header.kid == nil && candidates.isEmpty ? .algorithm : .unknownKey }
        return candidates[0]
    }

    private func caller(_ claims: TokenClaims, at time: Timestamp) throws(Refusal) -> Caller {
        let now = Double(time.millisecondsSinceEpoch) / 1000
        guard claims.issuer == issuer else { throw .issuer }
        guard claims.audiences.contains(audience) else { throw .audience }
        guard let expiry = claims.expiresAt, expiry.isFinite else { throw .noExpiry }
        guard expiry + Self.leewaySeconds > now else { throw .expired }
        if let start = claims.notBefore, start - Self.leewaySeconds > now { throw .notYetValid }
        let subject = String(
            (claims.subject ?? "-").unicodeScalars.filter { $0.value >= 0x20 }.prefix(120).map(Character.init))
        let end = min((expiry + Self.leewaySeconds) * 1000, Double(Timestamp.latest.millisecondsSinceEpoch))
        return Caller(
            id: "token:\(issuer)#\(subject)", name: subject, source: .token, scopes: claims.scopes,
            expiresAt: Timestamp(millisecondsSinceEpoch: Int64(end)))
    }
}

extension TokenVerifier.Refusal {
    /// For the bearer: what is wrong with the token, never a part of it.
    public var reason: String {
        switch self {
        case .malformed: "it is no JSON Web Token"
        case .algorithm: "its algorithm is not taken"
        case .algorithmOfAnotherKey: "its algorithm is not the one of the key that it names"
        case .unknownKey: "the key that it names is not known"
        case .signature: "its signature is wrong"
        case .issuer: "it is from another issuer"
        case .audience: "it is for another audience"
        case .noExpiry: "it has no expiry"
        case .expired: "it has expired"
        case .notYetValid: "it is not valid yet"
        }
    }
}
