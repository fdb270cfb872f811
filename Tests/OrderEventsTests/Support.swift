import OrderEvents

/// Decodes from text, as a record's value would arrive.
func decode<Value: EventValue>(_ type: Value.Type = Value.self, _ json: String) throws(EventError) -> Value {
    try decode(type, Array(json.utf8))
}

func decode<Value: EventValue>(_ type: Value.Type = Value.self, _ json: [UInt8]) throws(EventError) -> Value {
    // Exactly as many bytes as there are: address checks in a sanitized run see a read beyond the end.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: json.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: json)
    return try Value(json: UnsafeRawBufferPointer(copy))
}

func encoded(_ value: some EventValue) -> String {
    var bytes = JSONBytes(capacity: 64)
    value.encode(into: &bytes)
    return bytes.description
}

/// The error that decoding ends in; nil if it succeeds.
func failure<Value: EventValue>(_ type: Value.Type, _ json: String) -> EventError? {
    do throws(EventError) {
        _ = try decode(type, json)
        return nil
    } catch {
        return error
    }
}

func validateOrder(_ json: String) -> Result<Order, EventErrors> {
    Array(json.utf8).withUnsafeBytes { Order.validate(json: $0) }
}

func validateDraft(_ json: String) -> Result<OrderDraft, EventErrors> {
    Array(json.utf8).withUnsafeBytes { OrderDraft.validate(json: $0) }
}

enum Sample {
    static let orderJSON = """
        {"order_id":123,"customer_id":5678,"amount":249.99,"currency":"USD","country":"US","status":"CREATED",\
        "created_at":"2024-01-15T10:30:00Z"}
        """

    static let order = Order(
        id: OrderID(123)!, customerID: 5678, amount: Money(minorUnits: 24999, currency: .usd),
        country: .unitedStates, status: .created,
        createdAt: Timestamp(millisecondsSinceEpoch: 1_705_314_600_000))

    static func order(
        _ id: Int64, cents: Int64 = 1_000, currency: Currency = .usd, country: CountryCode = .unitedStates,
        status: OrderStatus = .created, at milliseconds: Int64 = 1_705_314_600_000
    ) -> Order {
        Order(
            id: OrderID(id)!, customerID: 7, amount: Money(minorUnits: cents, currency: currency),
            country: country, status: status, createdAt: Timestamp(millisecondsSinceEpoch: milliseconds))
    }

    static func payment(of order: Order, _ status: PaymentStatus = .paid) -> Payment {
        Payment(
            orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
            country: order.country, declineReason: status == .declined ? .limitExceeded : nil,
            processedAt: order.createdAt.advanced(byMilliseconds: 25))
    }

    static func document(
        _ order: Order, payment: PaymentStatus? = nil, flagged: Bool = false, revision: Int64 = 1
    ) -> OrderDocument {
        OrderDocument(
            order: order, payment: payment.map { Sample.payment(of: order, $0) },
            fraud: flagged
                ? FraudAlert(
                    orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry,
                    amount: order.amount, country: order.country, detectedAt: order.createdAt) : nil,
            createdSeenAt: order.createdAt, revision: revision, updatedAt: order.createdAt)
    }
}
