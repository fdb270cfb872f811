/// The fields of a payment while it is being read.
struct PaymentFields {
    var shared = SharedFields()
    var status: PaymentStatus?
    var declineReason: DeclineReason?
    var processedAt: Timestamp?

    static let all: FieldSet = [
        .orderID, .customerID, .amount, .currency, .country, .status, .declineReason, .processedAt,
    ]
    static let required: FieldSet = [
        .orderID, .customerID, .amount, .currency, .country, .status, .processedAt,
    ]

    @inline(__always)
    mutating func read(
        _ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        switch field {
        case .status: status = try scanner.choice(field, .unknownStatus, &issues)
        case .processedAt: processedAt = try scanner.timestamp(field, &issues)
        case .declineReason:
            if try scanner.null() { return }
            declineReason = try scanner.choice(field, .unknownReason, &issues)
        default: try shared.read(field, &scanner, &issues)
        }
    }

    /// nil after an issue.
    @inline(__always)
    static func payment(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> Payment? {
        var fields = PaymentFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            try fields.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: required) { try issues.addMissing(seen, of: required) }
        guard let amount = try fields.shared.money(scanner, &issues), let customerID = fields.shared.customerID,
            let country = fields.shared.country, let status = fields.status, let processedAt = fields.processedAt,
            issues.found.isEmpty
        else { return nil }
        return Payment(
            orderID: OrderID(trusted: fields.shared.orderID), customerID: customerID, status: status,
            amount: amount, country: country, declineReason: fields.declineReason, processedAt: processedAt)
    }
}

extension Payment: EventValue {
    /// Reads a payment; stops at the first problem.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        self = try EventDecoding.decode(json) { (scanner, issues) throws(EventError) -> Payment? in
            try PaymentFields.payment(&scanner, &issues)
        }
    }

    /// Appends the payment's JSON.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: 384) { cursor in
            cursor.literal("{\"order_id\":")
            cursor.integer(self.orderID.rawValue)
            cursor.literal(",\"customer_id\":")
            cursor.integer(self.customerID)
            cursor.literal(",\"status\":\"")
            cursor.literal(self.status.wireName)
            cursor.byte(0x22)
            cursor.amountAndCurrency(self.amount)
            cursor.literal(",\"country\":\"")
            cursor.country(self.country)
            cursor.byte(0x22)
            if let reason = self.declineReason {
                cursor.literal(",\"decline_reason\":\"")
                cursor.literal(reason.wireName)
                cursor.byte(0x22)
            }
            cursor.literal(",\"processed_at\":\"")
            cursor.timestamp(self.processedAt)
            cursor.literal("\"}")
        }
    }

    /// Appends the order's id: a payment is keyed as its order is.
    public func appendKey(to bytes: inout JSONBytes) { bytes.append(integer: orderID.rawValue) }
}
