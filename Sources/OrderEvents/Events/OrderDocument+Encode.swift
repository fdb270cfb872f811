extension OrderDocument {
    /// The document as `order-analytics` carries it, `"type":"order"` first.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: OrderDocument.maximumBytes) { cursor in
            cursor.literal("{\"type\":\"order\",")
            self.writeFields(&cursor)
        }
    }

    /// The document as the HTTP API shows it: the same without `type`.
    public func encodeView(into bytes: inout JSONBytes) {
        bytes.write(atMost: OrderDocument.maximumBytes) { cursor in
            cursor.byte(0x7B)
            self.writeFields(&cursor)
        }
    }

    public func appendKey(to bytes: inout JSONBytes) { bytes.append(integer: order.id.rawValue) }

    private static let maximumBytes = 1_280

    private func writeFields(_ cursor: inout JSONCursor) {
        order.writeFields(&cursor)
        if let payment { write(payment, &cursor) } else { cursor.literal(",\"payment\":null") }
        if let fraud { write(fraud, &cursor) } else { cursor.literal(",\"fraud\":{\"flagged\":false}") }
        writeHistory(&cursor)
        cursor.literal(",\"revision\":")
        cursor.integer(revision)
        cursor.literal(",\"updated_at\":\"")
        cursor.timestamp(updatedAt)
        cursor.literal("\"}")
    }

    private func write(_ payment: Payment, _ cursor: inout JSONCursor) {
        cursor.literal(",\"payment\":{\"status\":\"")
        cursor.literal(payment.status.wireName)
        cursor.byte(0x22)
        writeDifferences(payment.amount, payment.country, payment.customerID, &cursor)
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

    /// A section repeats the order's data only where its own differ: the order may have changed since.
    private func writeDifferences(
        _ amount: Money, _ country: CountryCode, _ customerID: Int64, _ cursor: inout JSONCursor
    ) {
        if amount != order.amount { cursor.amountAndCurrency(amount) }
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
