import OrderEvents

extension EventError: ClassifiedError {
    /// The same bytes will fail again.
    public var fault: Fault { .record(code: code.wireName) }
}

extension DeadLetterReason {
    /// What the orders topic's readers call an event that contradicts its order's first one.
    package static let conflictCode = "conflicting_order"
    /// What payments calls an order that the processor will not charge.
    package static let refusedCode = "gateway_refused"

    /// An event that contradicts its order's first one.
    package static func conflict(_ differences: [OrderTerms.Difference]) -> DeadLetterReason {
        DeadLetterReason(
            code: conflictCode,
            detail:
                "the order's first event fixed what this one has otherwise: \(differences.map(\.description).joined(separator: "; "))"
        )
    }

    package init(_ error: EventError) {
        self.init(code: error.code.wireName, detail: error.description)
    }
}

extension EventError.Code {
    /// The stable, machine-readable name in a dead letter's headers.
    package var wireName: String {
        switch self {
        case .missingField: "missing_field"
        case .wrongType: "wrong_type"
        case .outOfRange: "out_of_range"
        case .unknownCurrency: "unknown_currency"
        case .unknownCountry: "unknown_country"
        case .unknownStatus: "unknown_status"
        case .unknownReason: "unknown_reason"
        case .unknownType: "unknown_type"
        case .tooManyDecimals: "too_many_decimals"
        case .invalidTimestamp: "invalid_timestamp"
        case .malformedJSON: "malformed_json"
        case .duplicateField: "duplicate_field"
        case .unknownField: "unknown_field"
        case .tooLarge: "too_large"
        case .overflow: "overflow"
        }
    }
}
