import CryptoExtras
import Foundation
import JWTKit
import OrderEvents

@testable import APIAccess

/// One key of each kind, and tokens made with them, right and wrong.
struct TokenForge {
    static let secret = Array("a secret of more than thirty-two bytes".utf8)
    let shared: any JWTAlgorithm
    let rsa: any JWTAlgorithm
    let ecdsa: any JWTAlgorithm
    let eddsa: any JWTAlgorithm
    /// The public keys, as an issuer publishes them.
    let set: [UInt8]
    /// The RSA key as everybody has it.
    let rsaPEM: String

    init() async throws {
        shared = try await JWTKeyCollection().add(hmac: HMACKey(from: Self.secret), digestAlgorithm: .sha256).getKey()
        let rsaKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        rsa = try await JWTKeyCollection().add(
            rsa: Insecure.RSA.PrivateKey(backing: rsaKey), digestAlgorithm: .sha256
        ).getKey()
        rsaPEM = rsaKey.publicKey.pemRepresentation
        let ecKey = ES256PrivateKey()
        ecdsa = try await JWTKeyCollection().add(ecdsa: ecKey).getKey()
        let edKey = try EdDSA.PrivateKey(curve: .ed25519)
        eddsa = try await JWTKeyCollection().add(eddsa: edKey).getKey()
        let primitives = try rsaKey.publicKey.getKeyPrimitives()
        let point = ecKey.parameters!
        func url(_ base64: String) -> String {
            base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let keys: [[String: String]] = [
            [
                "kty": "RSA", "kid": "r1", "use": "sig", "alg": "RS256",
                "n": url(primitives.modulus.base64EncodedString()),
                "e": url(primitives.publicExponent.base64EncodedString()),
            ],
            ["kty": "EC", "kid": "e1", "crv": "P-256", "x": url(point.x), "y": url(point.y)],
            [
                "kty": "OKP", "kid": "d1", "crv": "Ed25519",
                "x": url(edKey.publicKey.rawRepresentation.base64EncodedString()),
            ],
            ["kty": "oct", "kid": "o1", "k": "c2VjcmV0"],
            ["kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"],
        ]
        set = [UInt8](try JSONSerialization.data(withJSONObject: ["keys": keys]))
    }

    func keys() async throws -> TokenKeys {
        try await TokenKeys.shared(secret: Self.secret).adding(TokenKeys.set(set))
    }

    /// The algorithm by its name, and the kid of its key.
    func key(_ name: String) -> (any JWTAlgorithm, kid: String?) {
        switch name {
        case "HS256": (shared, nil)
        case "RS256": (rsa, "r1")
        case "ES256": (ecdsa, "e1")
        default: (eddsa, "d1")
        }
    }

    static let claims: [String: any Sendable] = [
        "iss": "https://issuer.example", "sub": "alice", "aud": "orders", "scope": "read write",
        "exp": Double(noon.millisecondsSinceEpoch / 1000 + 600),
    ]

    /// A token with that header, signed by whoever is given; nil leaves the signature empty.
    static func token(
        _ header: [String: String], _ claims: [String: any Sendable] = claims, signedBy algorithm: (any JWTAlgorithm)?
    ) throws -> String {
        func part(_ value: Any) throws -> String {
            try JSONSerialization.data(withJSONObject: value, options: .sortedKeys).base64URL
        }
        let signed = try "\(part(header)).\(part(claims))"
        return signed + "." + (try algorithm.map { Data(try $0.sign(Array(signed.utf8))).base64URL } ?? "")
    }

    func token(_ name: String, _ claims: [String: any Sendable] = TokenForge.claims) throws -> String {
        let (algorithm, kid) = key(name)
        var header = ["alg": name, "typ": "JWT"]
        header["kid"] = kid
        return try Self.token(header, claims, signedBy: algorithm)
    }
}

extension Data {
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
