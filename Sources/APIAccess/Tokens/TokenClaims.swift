/// The claims of a token that are looked at (RFC 7519; `scope` of RFC 8693, `scp` as some issuers call it).
struct TokenClaims: Decodable {
    let issuer: String?
    let subject: String?
    let audiences: [String]
    /// Seconds since 1970.
    let expiresAt: Double?
    let notBefore: Double?
    let scopes: Set<Scope>

    private enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, nbf, scope, scp
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        /// One text, or a list of them.
        func texts(_ key: CodingKeys) throws -> [String] {
            guard values.contains(key) else { return [] }
            // Whether it is one or a list shows by trying.
            if let one = try? values.decode(String.self, forKey: key) { return [one] }
            return try values.decode([String].self, forKey: key)
        }
        issuer = try values.decodeIfPresent(String.self, forKey: .iss)
        subject = try values.decodeIfPresent(String.self, forKey: .sub)
        audiences = try texts(.aud)
        expiresAt = try values.decodeIfPresent(Double.self, forKey: .exp)
        notBefore = try values.decodeIfPresent(Double.self, forKey: .nbf)
        // Other scopes in the token are for other services.
        let names = try (texts(.scope) + texts(.scp)).flatMap { $0.split(separator: " ").map(String.init) }
        scopes = Set(names.compactMap { Scope(rawValue: $0) ?? Scope(rawValue: String($0.trimmingPrefix("orders:"))) })
    }
}
