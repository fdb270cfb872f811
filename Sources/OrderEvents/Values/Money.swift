/// An exact amount of one currency, counted in its minor units (cents, yen, fils).
public struct Money: Hashable, Sendable {
    /// 24999 for USD 249.99, 500 for JPY 500.
    public var minorUnits: Int64
    /// What the minor units are of.
    public var currency: Currency

    /// The largest amount of one event, in minor units: 15 digits, which every reader that
    /// holds numbers as doubles shows exactly.
    public static let maximumMinorUnits: Int64 = 999_999_999_999_999

    /// So many minor units: 1999 USD is $19.99.
    @inlinable
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// An amount from decimal text ("249.99", "2.5e2").
    ///
    /// - Throws: `.wrongType` for what is no JSON number, `.tooManyDecimals` where the currency has
    ///   fewer, `.outOfRange` under 0 or above ``maximumMinorUnits``.
    public init(_ text: String, currency: Currency) throws(EventError) {
        var copy = text
        let decimal = copy.withUTF8 { JSONDecimal(text: $0) }
        guard let decimal else {
            throw EventError(.wrongType, field: "amount", detail: "\"\(text.prefix(40))\" is not a decimal number")
        }
        switch Money.exact(decimal, currency: currency) {
        case .success(let money): self = money
        case .failure(let problem): throw problem.error(field: "amount", text: text, currency: currency)
        }
    }
}

extension Money: CustomStringConvertible {
    /// The decimal with exactly the currency's decimals and without its code, "249.99".
    public var description: String {
        var bytes = JSONBytes()
        bytes.append(self)
        return bytes.description
    }
}
