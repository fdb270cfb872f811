import OrderEvents
import OrderStore

/// The query parameters of lists of orders.
enum OrderParameters {
    static let status = QueryParameter<OrderStatus>.choice(
        "status", OrderStatus.allCases.map { ("\($0.wireName)", $0) }, "Only orders with this latest status")
    static let country = QueryParameter<CountryCode>(
        "country", .text(maximumBytes: 2, form: "an ISO 3166-1 country code of two capitals, such as US"),
        "Only orders of this country"
    ) { CountryCode(code: $0) }
    static let currency = QueryParameter<Currency>(
        "currency", .text(maximumBytes: 3, form: "an ISO 4217 currency code of three capitals, such as USD"),
        "Only orders in this currency"
    ) { Currency(code: $0) }
    static let payment = QueryParameter<OrderFilter.PaymentState>.choice(
        "payment",
        [
            ("paid", .paid), ("declined", .declined), ("refunded", .refunded), ("none", .none),
            ("refund_due", .refundDue),
        ],
        "Only orders whose payment is so; none: not yet judged; refund_due: paid, and then cancelled")
    static let flagged = QueryParameter<Bool>.boolean(
        "flagged", "Only orders that have a fraud alert, or that have none")
    static let customerID = QueryParameter<Int64>(
        "customer_id", .integer(EventLimits.customerIDs), "Only orders of this customer"
    ) { text in
        Int64(text).flatMap { EventLimits.customerIDs.contains($0) ? $0 : nil }
    }
    static let minimumAmount = amount("min_amount", "Only orders of this amount or more, each in its own currency")
    static let maximumAmount = amount("max_amount", "Only orders of this amount or less, each in its own currency")
    static let from = QueryParameter<Timestamp>("from", .dateTime, "Only orders created at this time or later") {
        Timestamp(rfc3339: $0)
    }
    static let to = QueryParameter<Timestamp>("to", .dateTime, "Only orders created before this time") {
        Timestamp(rfc3339: $0)
    }
    static let sort = QueryParameter<OrderSort>.choice(
        "sort", OrderSort.allCases.map { ($0.rawValue, $0) },
        "The order of the list, - for descending; equal created_at go by order_id. -created_at if left out")

    static var filter: [ParameterSpec] {
        [
            status.spec, country.spec, currency.spec, payment.spec, flagged.spec, customerID.spec, minimumAmount.spec,
            maximumAmount.spec, from.spec, to.spec,
        ]
    }

    /// In ten-thousandths of a unit, as ``OrderFilter/minimumAmount`` is.
    private static func amount(_ name: String, _ description: String) -> QueryParameter<Int64> {
        QueryParameter(name, .amount, description) { text in
            // A currency of as many decimals reads it: exactly, or not at all.
            guard let finest = Currency(code: "CLF"), finest.minorDigits == OrderFilter.amountDecimals else {
                return nil
            }
            // Its error says what the parameter's own message says.
            return (try? Money(text, currency: finest))?.minorUnits
        }
    }
}

extension OrderFilter {
    init(query: QueryValues) throws(Problem) {
        self.init(
            status: try query.value(OrderParameters.status), country: try query.value(OrderParameters.country),
            currency: try query.value(OrderParameters.currency), payment: try query.value(OrderParameters.payment),
            flagged: try query.value(OrderParameters.flagged), customerID: try query.value(OrderParameters.customerID),
            minimumAmount: try query.value(OrderParameters.minimumAmount),
            maximumAmount: try query.value(OrderParameters.maximumAmount),
            from: try query.value(OrderParameters.from), to: try query.value(OrderParameters.to))
        if let from, let to, from >= to { throw .invalidParameter("from", "it must be before to") }
        if let minimumAmount, let maximumAmount, minimumAmount > maximumAmount {
            throw .invalidParameter("min_amount", "it must not be more than max_amount")
        }
    }
}
