import OrderEvents

/// Posts fraud alerts to an operator's endpoint.
///
/// The body is the alert's JSON. `Idempotency-Key` names the alert, so that a receiver can drop the repetition
/// which a crash between its answer and our commit brings.
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
    public var displayName: String { endpoint.displayName }
    private let endpoint: HTTPEndpoint

    /// nil unless `text` is an http or https URL with a host. It may carry a token, and is never logged.
    public init?(_ text: String) {
        guard let endpoint = HTTPEndpoint(text, timeout: .seconds(10)) else { return nil }
        self.endpoint = endpoint
    }

    /// Delivers one alert. A status that will not change (redirects, and 4xx but 408, 425 and 429) is a refusal.
    ///
    /// - Throws: `Unavailable` for everything else.
    public func deliver(_ alert: FraudAlert) async throws -> AlertAnswer {
        var json = JSONBytes()
        alert.encode(into: &json)
        let answer: HTTPEndpoint.Answer
        do {
            answer = try await endpoint.post(json.bytes, idempotencyKey: "fraud-alert-\(alert.orderID)")
        } catch let error as HTTPEndpoint.Unreachable {
            throw Unavailable(description: "\(error)")
        }
        switch answer.status {
        case 200..<300: return .delivered
        case 408, 425, 429, 500...: throw Unavailable(description: "\(displayName) answered \(answer.status)")
        default: return .refused("\(displayName): the webhook answered \(answer.status)")
        }
    }
}
