/// Where an order stands. The raw value is stable: fit to be stored.
public enum OrderStatus: UInt8, CaseIterable, Sendable {
    case created = 0
    case confirmed = 1
    case cancelled = 2
}

extension OrderStatus: WireName {
    /// "CREATED", "CONFIRMED", "CANCELLED".
    public var wireName: StaticString {
        switch self {
        case .created: "CREATED"
        case .confirmed: "CONFIRMED"
        case .cancelled: "CANCELLED"
        }
    }
}

extension OrderStatus: CustomStringConvertible {
    /// As on the wire.
    public var description: String { name }
}
