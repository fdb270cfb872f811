import Foundation
import Secrets

/// Where outcomes are posted, and which.
public struct WebhookEndpoint: Hashable, Sendable {
    /// Its name in the log of deliveries: a-z, 0-9 and hyphens.
    public let name: String
    /// Where it is posted to.
    public let url: SecretURL
    /// The current one first, at least one, at most ``maximumSecrets``.
    public let secrets: [WebhookSecret]
    /// What it is sent.
    public let outcomes: Set<OrderOutcome>

    /// Two while secrets are exchanged.
    public static let maximumSecrets = 2

    /// - Throws: what is wrong, without the URL and the secrets.
    public init(name: String, url: Secret, secrets: [Secret], outcomes: Set<OrderOutcome>) throws(WebhookError) {
        guard Self.isName(name) else {
            throw WebhookError("a name has 1 to 40 a-z, 0-9 and hyphens, such as crm-1")
        }
        let target: SecretURL
        do throws(SecretURL.Flaw) {
            target = try SecretURL(url)
        } catch {
            throw WebhookError("url: \(error)")
        }
        if let flaw = Self.flaw(of: target) { throw WebhookError("url: \(flaw)") }
        guard (1...Self.maximumSecrets).contains(secrets.count) else {
            throw WebhookError("there must be one secret, or two while they are exchanged")
        }
        var known: [WebhookSecret] = []
        for secret in secrets {
            guard let secret = WebhookSecret(secret) else {
                throw WebhookError("a secret is whsec_ and the Base64 of 24 to 64 bytes")
            }
            known.append(secret)
        }
        guard !outcomes.isEmpty else {
            throw WebhookError(
                "events: name one at least of \(OrderOutcome.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.name = name
        self.url = target
        self.secrets = known
        self.outcomes = outcomes
    }

    /// Differs where the URL or the current secret does. It shows neither, since the secret is its key.
    public var fingerprint: String {
        secrets[0].signature(id: "fingerprint", timestamp: 0, body: Array(url.secret.reveal().utf8))
    }

    /// Whether a text can be the name of an endpoint.
    public static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Why outcomes may not be posted to a URL; nil: they may.
    ///
    /// Outcomes go over https, or over http to this machine alone. Link-local addresses, where clouds keep credentials,
    /// are never an endpoint. Names are not resolved here: over https the certificate says who answers.
    static func flaw(of url: SecretURL) -> String? {
        let host = url.host.lowercased()
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if bare.hasPrefix("169.254.") || bare.hasPrefix("fe80:") || bare.contains("169.254.") {
            return "link-local addresses are no endpoints"
        }
        return url.scheme == "https" || isLoopback(bare) ? nil : "http goes to this machine alone; use https"
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// An endpoint that cannot be used, or a file of them. Holds no secret.
public struct WebhookError: Error, Hashable, CustomStringConvertible, Sendable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
