import OrderEvents
import Secrets
import WebhookDelivery
import Webhooks

/// Posts fraud alerts to an operator's endpoint.
///
/// The body is the alert's JSON. `webhook-id` and `Idempotency-Key` name the alert, so that a receiver can drop the
/// repetition which a crash between its answer and our commit brings.
public struct Webhook: AlertDestination {
    /// The endpoint is away or busy: worth another try.
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    /// The most alerts of one transaction. They are posted one after the other, nothing is polled meanwhile, and each
    /// may take its timeout: 200 s at the very longest, below the `max.poll.interval.ms` (5 minutes) after which the
    /// group ejects a member.
    static let maxBatch = 20

    /// Scheme, host and port only.
    public var displayName: String { sender.displayName }
    private let sender: WebhookSender

    /// - Parameter secret: signs each delivery; nil: none is signed.
    public init(_ url: SecretURL, secret: WebhookSecret? = nil) {
        sender = WebhookSender(url, secrets: secret.map { [$0] } ?? [])
    }

    /// Delivers one alert. A status that will not change (redirects, and 4xx but 408, 425 and 429) is a refusal.
    ///
    /// - Throws: `Unavailable` for everything else.
    public func deliver(_ alert: FraudAlert) async throws -> AlertAnswer {
        var json = JSONBytes()
        alert.encode(into: &json)
        switch try await sender.send(json.bytes, id: "fraud-alert-\(alert.orderID)") {
        case .delivered: return .delivered
        case .refused(let status): return .refused("\(displayName): the webhook answered \(status)")
        case .gone: return .refused("\(displayName): the webhook answered 410")
        case .failed(let status?, _, _) where status < 500 && ![408, 425, 429].contains(status):
            return .refused("\(displayName): the webhook answered \(status)")
        case .failed(_, let detail, _): throw Unavailable(description: detail)
        }
    }
}
