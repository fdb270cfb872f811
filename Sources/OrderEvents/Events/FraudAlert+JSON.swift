/// The fields of an alert while it is being read.
struct FraudAlertFields {
    var shared = SharedFields()
    var reason: FraudReason?
    var detectedAt: Timestamp?

    static let all: FieldSet = [.orderID, .customerID, .amount, .currency, .country, .reason, .detectedAt]

    @inline(__always)
    mutating func read(
        _ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        switch field {
        case .reason: reason = try scanner.choice(field, .unknownReason, &issues)
        case .detectedAt: detectedAt = try scanner.timestamp(field, &issues)
        default: try shared.read(field, &scanner, &issues)
        }
    }

    /// nil after an issue.
    @inline(__always)
    static func alert(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> FraudAlert? {
        var fields = FraudAlertFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            try fields.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: all) { try issues.addMissing(seen, of: all) }
        guard let amount = try fields.shared.money(scanner, &issues), let customerID = fields.shared.customerID,
            let country = fields.shared.country, let reason = fields.reason, let detectedAt = fields.detectedAt,
            issues.found.isEmpty
        else { return nil }
        return FraudAlert(
            orderID: OrderID(trusted: fields.shared.orderID), customerID: customerID, reason: reason,
            amount: amount, country: country, detectedAt: detectedAt)
    }
}

extension FraudAlert: EventValue {
    /// Reads an alert; stops at the first problem.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        self = try EventDecoding.decode(json) { (scanner, issues) throws(EventError) -> FraudAlert? in
            try FraudAlertFields.alert(&scanner, &issues)
        }
    }

    /// Appends the alert's JSON.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: 384) { cursor in
            cursor.literal("{\"order_id\":")
            cursor.integer(self.orderID.rawValue)
            cursor.literal(",\"customer_id\":")
            cursor.integer(self.customerID)
            cursor.literal(",\"reason\":\"")
            cursor.literal(self.reason.wireName)
            cursor.byte(0x22)
            cursor.amountAndCurrency(self.amount)
            cursor.literal(",\"country\":\"")
            cursor.country(self.country)
            cursor.literal("\",\"detected_at\":\"")
            cursor.timestamp(self.detectedAt)
            cursor.literal("\"}")
        }
    }

    /// Appends the order's id: an alert is keyed as its order is.
    public func appendKey(to bytes: inout JSONBytes) { bytes.append(integer: orderID.rawValue) }
}
