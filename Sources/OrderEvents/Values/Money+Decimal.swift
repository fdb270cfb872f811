/// Why a decimal is no amount.
enum MoneyProblem: Error {
    case negative
    case tooLarge
    case tooManyDecimals

    @inline(never)
    func error(field: String, text: String, currency: Currency?) -> EventError {
        switch self {
        case .negative:
            return EventError(.outOfRange, field: field, detail: "\(text) is negative; an amount is 0 or more")
        case .tooLarge:
            return EventError(
                .outOfRange, field: field, detail: "\(text) is too large; an amount has at most 15 digits")
        case .tooManyDecimals:
            let digits = currency?.minorDigits ?? 0
            let allowed = digits == 0 ? "no decimals" : "at most \(digits) decimals"
            return EventError(
                .tooManyDecimals, field: field,
                detail: "\(text) has too many decimals; \(currency?.code ?? "the currency") has \(allowed)")
        }
    }
}

extension Money {
    /// The decimal as an amount of `currency`, exactly or not at all.
    @inline(__always)
    static func exact(_ decimal: JSONDecimal, currency: Currency) -> Result<Money, MoneyProblem> {
        switch decimal.scaled(by: currency.minorDigits) {
        case .exact(let value):
            guard value >= 0 else { return .failure(.negative) }
            guard value <= maximumMinorUnits else { return .failure(.tooLarge) }
            return .success(Money(minorUnits: value, currency: currency))
        case .inexact: return .failure(decimal.isNegative ? .negative : .tooManyDecimals)
        case .overflow: return .failure(decimal.isNegative ? .negative : .tooLarge)
        }
    }
}
