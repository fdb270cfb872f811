/// What is wrong with an event, and where.
///
/// No event gets better by reading it again: none of these errors is retriable.
public struct EventError: Error, Hashable, Sendable {
    /// The kind of a problem.
    public enum Code: Hashable, Sendable {
        /// A required field is absent or null.
        case missingField
        /// The value is of another JSON type, or text that does not have the field's form.
        case wrongType
        /// The value has the right form and is too small or too large.
        case outOfRange
        /// No ISO 4217 currency of today.
        case unknownCurrency
        /// No ISO 3166-1 alpha-2 country.
        case unknownCountry
        /// No status of this kind of event.
        case unknownStatus
        /// No reason of this kind of event.
        case unknownReason
        /// No event type of this topic.
        case unknownType
        /// More decimals than the currency has.
        case tooManyDecimals
        /// No RFC 3339 timestamp with an offset.
        case invalidTimestamp
        /// No JSON object by RFC 8259; the byte where reading stopped.
        case malformedJSON(offset: Int)
        /// A field that is known here occurs twice.
        case duplicateField
        /// More bytes, or more cells, than an event may have.
        case tooLarge
        /// A field that no event of this kind has, where that is refused.
        case unknownField
        /// A sum that no 64-bit integer holds. Sums are wider today; dead letters of earlier versions have it.
        case overflow
    }

    /// The kind of the problem.
    public let code: Code
    /// The field's name on the wire ("payment.amount" in a nested object); nil where the event as a whole is meant.
    public let field: String?
    /// What is wrong and what would be right, without the field's name.
    public let detail: String

    /// A problem of a field, or of the event as a whole where no field is named.
    public init(_ code: Code, field: String? = nil, detail: String) {
        self.code = code
        self.field = field
        self.detail = detail
    }

    /// Always false: the same bytes will fail again.
    public var isRetriable: Bool { false }

    /// Whether the bytes are no JSON at all, rather than an event with wrong fields.
    public var isMalformed: Bool {
        if case .malformedJSON = code { true } else { false }
    }
}

extension EventError: CustomStringConvertible {
    /// "amount: -5 is negative; an amount is 0 or more"
    public var description: String {
        if case .malformedJSON(let offset) = code { return "malformed JSON at byte \(offset): \(detail)" }
        guard let field else { return detail }
        return "\(field): \(detail)"
    }
}

/// Every problem of one event, in the order of its fields; never empty.
public struct EventErrors: Error, Hashable, Sendable {
    /// In the order of the fields; never empty.
    public let all: [EventError]

    /// Several problems of one event; there has to be one at least.
    public init(_ all: [EventError]) { self.all = all }
}

extension EventErrors: CustomStringConvertible {
    /// All of them, separated by semicolons.
    public var description: String { all.map(\.description).joined(separator: "; ") }
}
