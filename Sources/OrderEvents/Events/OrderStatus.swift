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

    /// nil for any other text.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

extension OrderStatus: CustomStringConvertible {
    public var description: String { name }
}
