/// The fields that orders, payments and alerts have in common, as far as they have been read.
///
/// The amount waits as a decimal until the currency is known: fields come in any order.
struct SharedFields {
    var orderID: Int64 = 0
    var customerID: Int64?
    var currency: Currency?
    var country: CountryCode?
    private var amount: JSONDecimal?
    private var amountStart = 0
    private var amountEnd = 0

    static let fields: FieldSet = [.orderID, .customerID, .amount, .currency, .country]

    var hasAmount: Bool { amount != nil }

    /// Reads the value of one of these fields.
    @inline(__always)
    mutating func read(
        _ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        switch field {
        case .orderID:
            orderID = try scanner.integer(field, in: EventLimits.orderIDs, &issues) ?? 0
        case .customerID:
            customerID = try scanner.integer(field, in: EventLimits.customerIDs, &issues)
        case .amount:
            scanner.skipWhitespace()
            amountStart = scanner.offset
            amount = try scanner.amount(field, &issues)
            amountEnd = scanner.offset
        case .currency: currency = try scanner.currency(&issues)
        default: country = try scanner.country(&issues)
        }
    }

    /// The amount in its currency (or `fallback`, where the event names none); nil if either lacks or an issue was
    /// added.
    @inline(__always)
    func money(
        _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues, fallback: Currency? = nil
    ) throws(EventError) -> Money? {
        guard let amount else { return nil }
        guard let currency = currency ?? fallback else {
            if amount.isNegative, amount.significand != 0 { try wrongAmount(.negative, scanner, &issues) }
            return nil
        }
        switch Money.exact(amount, currency: currency) {
        case .success(let money): return money
        case .failure(let problem):
            try wrongAmount(problem, scanner, &issues)
            return nil
        }
    }

    @inline(never)
    private func wrongAmount(
        _ problem: MoneyProblem, _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        let text = scanner.excerpt(from: amountStart, to: amountEnd)
        try issues.add(problem.error(field: issues.name(of: .amount), text: text, currency: currency))
    }
}
