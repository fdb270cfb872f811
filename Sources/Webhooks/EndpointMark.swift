import OrderEvents

/// Whether an endpoint is in use: the newest record of a home under `endpoint-<name>` on `webhook-deliveries`.
///
/// An endpoint that was disabled stays so over restarts, until a person enables it or its URL or secret is another one.
public struct EndpointMark: Hashable, Sendable {
    /// The endpoint's name.
    public let endpoint: String
    /// ``WebhookEndpoint/fingerprint`` of the endpoint that is meant.
    public let fingerprint: String
    /// Why nothing is posted to it; nil: it is in use.
    public let disabled: String?
    /// When that was found, or written down again.
    public let at: Timestamp

    /// - Parameter disabled: why nothing is posted to it; nil: it is in use.
    public init(_ endpoint: WebhookEndpoint, disabled: String?, at: Timestamp) {
        self.endpoint = endpoint.name
        fingerprint = endpoint.fingerprint
        self.disabled = disabled
        self.at = at
    }
}

extension EndpointMark: CodableEvent {
    public static let meaning = "mark of a webhook endpoint"

    /// `endpoint-crm`.
    public func appendKey(to bytes: inout JSONBytes) {
        bytes.append(contentsOf: "\(EndpointMark.keyPrefix)\(endpoint)".utf8)
    }

    /// What the key of a mark begins with; that of a ledger is an order's id.
    public static let keyPrefix = "endpoint-"

    /// The name of the endpoint; nil: the key is not that of a mark.
    public static func endpoint(ofKey key: UnsafeRawBufferPointer) -> String? {
        guard key.starts(with: keyPrefix.utf8) else { return nil }
        return String(decoding: key.dropFirst(keyPrefix.utf8.count), as: UTF8.self)
    }
}

extension Topics {
    /// The marks of endpoints, beside the ledgers of orders.
    public static let webhookEndpoints = Topic<EndpointMark>(name: webhookDeliveriesName)
}
