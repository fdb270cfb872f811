extension OrderDocument {
    /// The document as `order-analytics` carries it, `"type":"order"` first.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: OrderDocument.maximumBytes) { cursor in
            cursor.literal("{\"type\":\"order\",")
            self.writeFields(&cursor, isView: false)
        }
    }

    /// The document as the HTTP API shows it: the same without `type`, a payment always with its own amount and
    /// currency, and what is owed back.
    public func encodeView(into bytes: inout JSONBytes) {
        bytes.write(atMost: OrderDocument.maximumBytes) { cursor in
            cursor.byte(0x7B)
            self.writeFields(&cursor, isView: true)
        }
    }

    /// Appends the order's id.
    public func appendKey(to bytes: inout JSONBytes) { bytes.append(integer: order.id.rawValue) }

    private static let maximumBytes = 1_728

    private func writeFields(_ cursor: inout JSONCursor, isView: Bool) {
        order.writeFields(&cursor)
        if let payment { write(payment, &cursor, isView: isView) } else { cursor.literal(",\"payment\":null") }
        if let fraud { write(fraud, &cursor) } else { cursor.literal(",\"fraud\":{\"flagged\":false}") }
        writeHistory(&cursor)
        if let conflicts { write(conflicts, &cursor) }
        if isView, let refundDue {
            cursor.literal(",\"refund_due\":{\"amount\":")
            cursor.decimal(refundDue.minorUnits, refundDue.currency)
            cursor.literal(",\"currency\":\"")
            cursor.currency(refundDue.currency)
            cursor.literal("\"}")
        }
        cursor.literal(",\"revision\":")
        cursor.integer(revision)
        cursor.literal(",\"updated_at\":\"")
        cursor.timestamp(updatedAt)
        cursor.literal("\"}")
    }

    private func write(_ payment: Payment, _ cursor: inout JSONCursor, isView: Bool) {
        cursor.literal(",\"payment\":{\"status\":\"")
        cursor.literal(payment.status.wireName)
        cursor.byte(0x22)
        writeDifferences(payment.amount, payment.country, payment.customerID, &cursor, alwaysAmount: isView)
        cursor.literal(",\"processed_at\":\"")
        cursor.timestamp(payment.processedAt)
        cursor.byte(0x22)
        if let reason = payment.declineReason {
            cursor.literal(",\"decline_reason\":\"")
            cursor.literal(reason.wireName)
            cursor.byte(0x22)
        }
        cursor.byte(0x7D)
    }

    private func write(_ fraud: FraudAlert, _ cursor: inout JSONCursor) {
        cursor.literal(",\"fraud\":{\"flagged\":true,\"reason\":\"")
        cursor.literal(fraud.reason.wireName)
        cursor.byte(0x22)
        writeDifferences(fraud.amount, fraud.country, fraud.customerID, &cursor)
        cursor.literal(",\"detected_at\":\"")
        cursor.timestamp(fraud.detectedAt)
        cursor.literal("\"}")
    }

    private func write(_ conflicts: OrderConflicts, _ cursor: inout JSONCursor) {
        cursor.literal(",\"conflicts\":{\"count\":")
        cursor.integer(conflicts.count)
        cursor.literal(",\"status\":\"")
        cursor.literal(conflicts.status.wireName)
        cursor.byte(0x22)
        writeDifferences(conflicts.terms.amount, conflicts.terms.country, conflicts.terms.customerID, &cursor)
        if conflicts.terms.createdAt != order.createdAt {
            cursor.literal(",\"created_at\":\"")
            cursor.timestamp(conflicts.terms.createdAt)
            cursor.byte(0x22)
        }
        cursor.literal(",\"seen_at\":\"")
        cursor.timestamp(conflicts.seenAt)
        cursor.literal("\"}")
    }

    /// A section repeats the order's data only where its own differ: another system may have written it.
    private func writeDifferences(
        _ amount: Money, _ country: CountryCode, _ customerID: Int64, _ cursor: inout JSONCursor,
        alwaysAmount: Bool = false
    ) {
        if alwaysAmount || amount != order.amount { cursor.amountAndCurrency(amount) }
        if country != order.country {
            cursor.literal(",\"country\":\"")
            cursor.country(country)
            cursor.byte(0x22)
        }
        if customerID != order.customerID {
            cursor.literal(",\"customer_id\":")
            cursor.integer(customerID)
        }
    }

    private func writeHistory(_ cursor: inout JSONCursor) {
        cursor.literal(",\"history\":{")
        var isFirst = true
        for status in OrderStatus.allCases {
            guard let moment = firstSeen(status) else { continue }
            if !isFirst { cursor.byte(0x2C) }
            isFirst = false
            cursor.byte(0x22)
            cursor.literal(status.wireName)
            cursor.literal("\":\"")
            cursor.timestamp(moment)
            cursor.byte(0x22)
        }
        cursor.byte(0x7D)
    }
}
