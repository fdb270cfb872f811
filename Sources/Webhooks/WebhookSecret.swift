import Crypto
import Foundation
import Secrets

/// What deliveries are signed with, so that a receiver knows who sent them: `whsec_` and 24 to 64 bytes as Base64.
///
/// Source: Standard Webhooks 1.0, symmetric signatures.
public struct WebhookSecret: Hashable, Sendable {
    private let key: SymmetricKey

    /// What every text of a secret begins with.
    public static let prefix = "whsec_"

    /// nil unless the text is a secret of that form.
    public init?(_ secret: Secret) {
        let text = secret.reveal()
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(bytes.count)
        else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// `v1,` and the HMAC-SHA256 of id, time and body, as Base64.
    ///
    /// - Parameters:
    ///   - id: has no full stop.
    ///   - timestamp: of the attempt, seconds since 1970.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Data("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return "v1," + Data(code.finalize()).base64EncodedString()
    }

    public static func == (left: Self, right: Self) -> Bool { left.key == right.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(key.bitCount) }
}

extension WebhookSecret: CustomStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "***" }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The headers of one attempt.
public enum WebhookHeaders {
    /// - Parameters:
    ///   - secrets: the current one first. While secrets are exchanged there are two: the receiver takes either.
    ///   - milliseconds: when the attempt is made, since 1970.
    public static func signed(id: String, body: [UInt8], secrets: [WebhookSecret], at milliseconds: Int64)
        -> [(name: String, value: String)]
    {
        let seconds = milliseconds / 1_000
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            (
                "webhook-signature",
                secrets.map { $0.signature(id: id, timestamp: seconds, body: body) }.joined(separator: " ")
            ),
        ]
    }
}
