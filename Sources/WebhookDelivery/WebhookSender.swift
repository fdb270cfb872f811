import Foundation
import OutboundHTTP
import Secrets
import Webhooks

/// Where deliveries go out: the network, or a test.
public protocol DeliverySender: Sendable {
    /// Makes one attempt, bounded in time.
    ///
    /// - Throws: `CancellationError` alone.
    func send(_ body: [UInt8], id: String) async throws -> DeliveryAnswer
}

/// Posts signed bodies to one URL: what the webhooks of outcomes and of alerts have in common.
///
/// An attempt takes at most ten seconds, of the answer at most 16 KiB are read, and redirects are not followed.
public struct WebhookSender: DeliverySender {
    /// From the first byte out to the last byte in.
    static let timeout: Duration = .seconds(10)
    private static let answerLimit = 16 << 10

    private let endpoint: HTTPEndpoint
    private let secrets: [WebhookSecret]
    /// Scheme, host and port only.
    public var displayName: String { endpoint.displayName }

    /// - Parameter secrets: none: deliveries are not signed.
    public init(_ url: SecretURL, secrets: [WebhookSecret]) {
        endpoint = HTTPEndpoint(url, timeout: Self.timeout, answerLimit: Self.answerLimit)
        self.secrets = secrets
    }

    public func send(_ body: [UInt8], id: String) async throws -> DeliveryAnswer {
        var headers = [("Idempotency-Key", id)]
        if !secrets.isEmpty {
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            headers += WebhookHeaders.signed(id: id, body: body, secrets: secrets, at: now)
        }
        do {
            let answer = try await endpoint.post(body, headers: headers)
            return DeliveryAnswer(status: Int(answer.status), retryAfter: answer.retryAfter, by: displayName)
        } catch let error as HTTPEndpoint.Unreachable {
            return .failed(status: nil, detail: "\(error)", retryAfter: nil)
        }
    }
}
