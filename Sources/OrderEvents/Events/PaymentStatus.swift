/// What charging an order resulted in. The raw value is stable: fit to be stored.
public enum PaymentStatus: UInt8, CaseIterable, Sendable {
    case paid = 0
    case declined = 1
    case refunded = 2
}

extension PaymentStatus: WireName {
    /// "PAID", "DECLINED", "REFUNDED".
    public var wireName: StaticString {
        switch self {
        case .paid: "PAID"
        case .declined: "DECLINED"
        case .refunded: "REFUNDED"
        }
    }
}

extension PaymentStatus: CustomStringConvertible {
    /// As on the wire.
    public var description: String { name }
}

/// Why a payment was declined. The raw value is stable: fit to be stored.
public enum DeclineReason: UInt8, CaseIterable, Sendable {
    case insufficientFunds = 0
    case cardExpired = 1
    case suspectedFraud = 2
    case limitExceeded = 3
    case processorRefused = 4
}

extension DeclineReason: WireName {
    /// "INSUFFICIENT_FUNDS" and so on.
    public var wireName: StaticString {
        switch self {
        case .insufficientFunds: "INSUFFICIENT_FUNDS"
        case .cardExpired: "CARD_EXPIRED"
        case .suspectedFraud: "SUSPECTED_FRAUD"
        case .limitExceeded: "LIMIT_EXCEEDED"
        case .processorRefused: "PROCESSOR_REFUSED"
        }
    }
}

extension DeclineReason: CustomStringConvertible {
    /// As on the wire.
    public var description: String { name }
}
