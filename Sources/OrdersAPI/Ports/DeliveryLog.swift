import OrderEvents
import Webhooks

/// What became of the deliveries of webhooks.
public protocol DeliveryLog: Sendable {
    /// The newest record of each order that was announced lately.
    ///
    /// - Throws: where the log cannot be read now.
    func newest() async throws -> DeliveryLogExcerpt
}

/// The end of the log of deliveries.
public struct DeliveryLogExcerpt: Sendable {
    /// One for each order.
    public let ledgers: [WebhookLedger]
    /// Whether there are no older records.
    public let isComplete: Bool

    /// An excerpt from its parts.
    public init(ledgers: [WebhookLedger], isComplete: Bool) {
        self.ledgers = ledgers
        self.isComplete = isComplete
    }
}

/// For a server that has no log to look into.
public struct NoDeliveryLog: DeliveryLog {
    /// An empty log.
    public init() {}

    /// Nothing was delivered.
    public func newest() async throws -> DeliveryLogExcerpt { DeliveryLogExcerpt(ledgers: [], isComplete: true) }
}
