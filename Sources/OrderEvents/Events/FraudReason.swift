/// Why an order is suspect. The raw value is stable: fit to be stored.
public enum FraudReason: UInt8, CaseIterable, Sendable {
    /// The built-in rule: a high amount from a country that is not trusted; see ``FraudRule``.
    case highAmountRiskyCountry = 0
}

extension FraudReason: WireName {
    /// "HIGH_AMOUNT_RISKY_COUNTRY".
    public var wireName: StaticString {
        switch self {
        case .highAmountRiskyCountry: "HIGH_AMOUNT_RISKY_COUNTRY"
        }
    }
}

extension FraudReason: CustomStringConvertible {
    /// As on the wire.
    public var description: String { name }
}
