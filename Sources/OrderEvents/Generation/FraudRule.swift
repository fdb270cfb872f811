/// The built-in fraud rule: a high amount from a country that is not trusted.
///
/// The threshold is in whole units of the order's own currency, whichever that is, and is compared exactly:
/// 300.00 passes, 300.01 does not.
public struct FraudRule: Hashable, Sendable {
    /// Amounts above this many units of the order's currency are high; 0 or more.
    public var thresholdUnits: Int64
    /// Orders from here break the rule at no amount.
    public var trustedCountries: Set<CountryCode>

    /// More than 300 from anywhere but the United States and Canada.
    public static let builtIn = FraudRule(thresholdUnits: 300, trustedCountries: [.unitedStates, .canada])

    /// A rule with a threshold of whole units.
    public init(thresholdUnits: Int64, trustedCountries: Set<CountryCode>) {
        self.thresholdUnits = thresholdUnits
        self.trustedCountries = trustedCountries
    }

    /// Why the order is suspect; nil if it is not. Its status and time have no say.
    public func verdict(on order: Order) -> FraudReason? {
        let (limit, overflow) = thresholdUnits.multipliedReportingOverflow(by: order.amount.currency.minorUnitsPerUnit)
        guard !overflow, order.amount.minorUnits > limit, !trustedCountries.contains(order.country) else { return nil }
        return .highAmountRiskyCountry
    }

    /// The alert for a suspect order; nil if it is not one.
    public func alert(for order: Order, at moment: Timestamp) -> FraudAlert? {
        guard let reason = verdict(on: order) else { return nil }
        return FraudAlert(
            orderID: order.id, customerID: order.customerID, reason: reason, amount: order.amount,
            country: order.country, detectedAt: moment)
    }
}
