import Webhooks

/// What people ask of the webhooks service. It is carried out by that service, wherever it runs, a moment later.
public protocol WebhookActs: Sendable {
    /// Has an event posted again.
    ///
    /// - Throws: where the request did not reach the log.
    func redeliver(_ redelivery: WebhookRequest.Redelivery) async throws

    /// Has an endpoint used again that was disabled.
    ///
    /// - Throws: where the request did not reach the log.
    func enable(_ endpoint: String) async throws
}
