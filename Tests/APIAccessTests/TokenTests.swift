import Foundation
import JWTKit
import OrderEvents
import Synchronization
import Testing

@testable import APIAccess

@Suite struct TokenVerifierTests {
    private let verifier = TokenVerifier(issuer: "https://issuer.example", audience: "orders")

    private func refusal(
        _ token: String, _ keys: TokenKeys, at time: Timestamp = noon
    ) -> TokenVerifier.Refusal? {
        do {
            _ = try verifier.verify(token, with: keys, at: time)
            return nil
        } catch { return error }
    }

    @Test(arguments: ["HS256", "RS256", "ES256", "EdDSA"])
    func aTokenOfEachAlgorithmIsTakenAndAChangedOneIsNot(_ name: String) async throws {
        let forge = try await TokenForge()
        let keys = try await forge.keys()
        let token = try forge.token(name)
        let caller = try verifier.verify(token, with: keys, at: noon)
        #expect(caller.id == "token:https://issuer.example#alice" && caller.scopes == [.read, .write])
        let parts = token.split(separator: ".").map(String.init)
        var claims = TokenForge.claims
        claims["scope"] = "operate"
        let forged = try TokenForge.token(["alg": name], claims, signedBy: nil).split(separator: ".")[1]
        #expect(refusal("\(parts[0]).\(forged).\(parts[2])", keys) == .signature)
        #expect(refusal("\(parts[0]).\(parts[1]).", keys) == .signature)
        // Another key of the same kind.
        let stranger = try await TokenForge()
        #expect(refusal(try stranger.token(name), keys) == (name == "HS256" ? nil : .signature))
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", "", "HS512", "RS384", "PS256", "ES384"])
    func noAlgorithmAndThoseThatNoKeyIsForAreRefused(_ name: String) async throws {
        let forge = try await TokenForge()
        let keys = try await forge.keys()
        for kid in [nil, "r1", "e1", "d1", "o1"] as [String?] {
            var header = ["alg": name, "typ": "JWT"]
            header["kid"] = kid
            #expect(refusal(try TokenForge.token(header, signedBy: nil), keys) == .algorithm)
            #expect(refusal(try TokenForge.token(header, signedBy: forge.shared), keys) == .algorithm)
        }
    }

    /// The public key, which everybody has, as the secret of an HMAC.
    @Test func aPublicKeyIsNoSecret() async throws {
        let forge = try await TokenForge()
        let keys = try await TokenKeys.set(forge.set)
        for secret in [
            forge.rsaPEM, forge.rsaPEM.trimmingCharacters(in: .newlines), String(decoding: forge.set, as: UTF8.self),
        ] {
            let fake = try await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256).getKey()
            let named = try TokenForge.token(["alg": "HS256", "kid": "r1"], signedBy: fake)
            #expect(refusal(named, keys) == .algorithmOfAnotherKey)
            let unnamed = try TokenForge.token(["alg": "HS256"], signedBy: fake)
            #expect(refusal(unnamed, keys) == .algorithm)
        }
    }

    @Test(arguments: [("RS256", "e1"), ("RS256", "d1"), ("ES256", "r1"), ("EdDSA", "e1"), ("HS256", "d1")])
    func anAlgorithmIsBoundToItsKey(_ name: String, _ kid: String) async throws {
        let forge = try await TokenForge()
        let token = try TokenForge.token(["alg": name, "kid": kid], signedBy: forge.key(name).0)
        #expect(refusal(token, try await forge.keys()) == .algorithmOfAnotherKey)
    }

    @Test func aKeyThatIsNotThereIsUnknown() async throws {
        let forge = try await TokenForge()
        let token = try TokenForge.token(["alg": "RS256", "kid": "r2"], signedBy: forge.rsa)
        #expect(refusal(token, try await forge.keys()) == .unknownKey)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let changed: [String: any Sendable]
        var removed: [String] = []
        let refusal: TokenVerifier.Refusal?
    }

    private static let seconds = Double(noon.millisecondsSinceEpoch / 1000)

    static let cases: [Case] = [
        Case(testDescription: "another issuer", changed: ["iss": "https://other.example"], refusal: .issuer),
        Case(testDescription: "no issuer", changed: [:], removed: ["iss"], refusal: .issuer),
        Case(testDescription: "another audience", changed: ["aud": "shop"], refusal: .audience),
        Case(testDescription: "one of several audiences", changed: ["aud": ["shop", "orders"]], refusal: nil),
        Case(testDescription: "none of several", changed: ["aud": ["shop", "orders2"]], refusal: .audience),
        Case(testDescription: "no audience", changed: [:], removed: ["aud"], refusal: .audience),
        Case(testDescription: "no expiry", changed: [:], removed: ["exp"], refusal: .noExpiry),
        Case(testDescription: "just expired, within the leeway", changed: ["exp": seconds - 29], refusal: nil),
        Case(testDescription: "expired", changed: ["exp": seconds - 30], refusal: .expired),
        Case(testDescription: "soon valid, within the leeway", changed: ["nbf": seconds + 30], refusal: nil),
        Case(testDescription: "not yet valid", changed: ["nbf": seconds + 31], refusal: .notYetValid),
        Case(testDescription: "an expiry that is no number", changed: ["exp": "tomorrow"], refusal: .malformed),
    ]

    @Test(arguments: cases) func theClaimsDecide(_ one: Case) async throws {
        let forge = try await TokenForge()
        var claims = TokenForge.claims.merging(one.changed) { $1 }
        for name in one.removed { claims[name] = nil }
        #expect(refusal(try forge.token("EdDSA", claims), try await forge.keys()) == one.refusal)
    }

    @Test func scopesComeFromEitherClaimAndOthersAreLeftOut() async throws {
        let forge = try await TokenForge()
        let keys = try await forge.keys()
        for (claims, scopes) in [
            (["scope": "read admin"], [.read]), (["scp": ["operate", "orders:write"]], [.operate, .write]),
            (["scp": "read"], [.read]), (["scope": ""], []),
        ] as [([String: any Sendable], Set<Scope>)] {
            let all = TokenForge.claims.filter { $0.key != "scope" }.merging(claims) { $1 }
            #expect(try verifier.verify(try forge.token("ES256", all), with: keys, at: noon).scopes == scopes)
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "e30.e30.", "e30.e30.e30.e30", "=.=.=", String(repeating: "a", count: 9_000),
    ])
    func whatIsNoTokenIsSaidToBeNone(_ text: String) async throws {
        #expect(refusal(text, try await TokenForge().keys()) == .malformed)
    }

    @Test func aCriticalExtensionIsRefused() async throws {
        let forge = try await TokenForge()
        let header = Data(#"{"alg":"EdDSA","kid":"d1","crit":["b64"],"b64":true}"#.utf8).base64URL
        let claims = try JSONSerialization.data(withJSONObject: TokenForge.claims).base64URL
        let signature = Data(try forge.eddsa.sign(Array("\(header).\(claims)".utf8))).base64URL
        #expect(refusal("\(header).\(claims).\(signature)", try await forge.keys()) == .malformed)
    }
}

@Suite struct TokenKeysTests {
    @Test func onlyKeysThatVerifySignaturesAreTakenAndTheOthersAreNamed() async throws {
        let keys = try await TokenKeys.set(try await TokenForge().set)
        #expect(keys.count == 3)
        #expect(keys.notes.count == 2 && keys.notes.contains { $0.contains("\"o1\"") })
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"keys":[]}"#, #"{"keys":[{"kty":"RSA"}]}"#, #"{"keys":[{"kty":"oct","kid":"a","k":"AA"}]}"#,
    ])
    func aSetWithoutAUsableKeyIsAnError(_ text: String) async {
        await #expect(throws: APIAccessError.self) { try await TokenKeys.set(Array(text.utf8)) }
    }

    @Test func aSharedSecretMustBeLong() async {
        await #expect(throws: APIAccessError.self) { try await TokenKeys.shared(secret: Array("short".utf8)) }
    }
}

@Suite struct TokenAuthorityTests {
    /// An issuer whose key set a test changes, and a clock.
    private final class Issuer: Sendable {
        let set = Mutex<[UInt8]?>(nil)
        let fetches = Mutex(0)
        let time = Mutex(noon)

        func authority() -> TokenAuthority {
            TokenAuthority(
                verifier: TokenVerifier(issuer: "https://issuer.example", audience: "orders"), shared: .none,
                fetch: { [self] in
                    fetches.withLock { $0 += 1 }
                    guard let set = set.withLock({ $0 }) else { throw APIAccessError("out of reach") }
                    return set
                }, report: { _ in }, now: { [self] in time.withLock { $0 } })
        }

        func wait(seconds: Int64) { time.withLock { $0 = $0.advanced(byMilliseconds: seconds * 1_000) } }
        var count: Int { fetches.withLock { $0 } }
    }

    @Test func aNewKeyIsFetchedWhenATokenNamesItButNotForEachMadeUpOne() async throws {
        let (issuer, old, new) = (Issuer(), try await TokenForge(), try await TokenForge())
        issuer.set.withLock { $0 = old.set }
        let authority = issuer.authority()
        await authority.refreshIfOld()
        #expect(try await authority.caller(of: old.token("EdDSA")).name == "alice")
        // The issuer goes over to a key of another name.
        issuer.set.withLock {
            $0 = Array(String(decoding: new.set, as: UTF8.self).replacing("\"d1\"", with: "\"d2\"").utf8)
        }
        let token = try TokenForge.token(["alg": "EdDSA", "kid": "d2"], signedBy: new.eddsa)
        await #expect(throws: TokenVerifier.Refusal.unknownKey) { try await authority.caller(of: token) }
        issuer.wait(seconds: 31)
        #expect(try await authority.caller(of: token).name == "alice")
        #expect(issuer.count == 2)
        for number in 0..<50 {
            let madeUp = try TokenForge.token(["alg": "EdDSA", "kid": "x\(number)"], signedBy: new.eddsa)
            await #expect(throws: TokenVerifier.Refusal.unknownKey) { try await authority.caller(of: madeUp) }
        }
        #expect(issuer.count == 2)
    }

    @Test func anIssuerOutOfReachLeavesTheLastKeysInPlace() async throws {
        let (issuer, forge) = (Issuer(), try await TokenForge())
        issuer.set.withLock { $0 = forge.set }
        let authority = issuer.authority()
        await authority.refreshIfOld()
        issuer.set.withLock { $0 = nil }
        issuer.wait(seconds: 301)
        await authority.refreshIfOld()
        #expect(issuer.count == 2)
        #expect(try await authority.caller(of: forge.token("RS256")).name == "alice")
    }

    @Test func aSetIsFetchedAgainWhenItIsFiveMinutesOld() async throws {
        let (issuer, forge) = (Issuer(), try await TokenForge())
        issuer.set.withLock { $0 = forge.set }
        let authority = issuer.authority()
        for (seconds, count) in [(0, 1), (299, 1), (2, 2)] as [(Int64, Int)] {
            issuer.wait(seconds: seconds)
            await authority.refreshIfOld()
            #expect(issuer.count == count)
        }
    }
}
