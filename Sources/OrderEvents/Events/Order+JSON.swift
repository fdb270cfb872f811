extension Order: EventValue {
    /// Reads an order of which every field is there; stops at the first problem.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        self = try EventDecoding.decode(json) { (scanner, issues) throws(EventError) -> Order? in
            try OrderFields.order(&scanner, &issues)
        }
    }

    /// Reads an order and names every wrong field, not only the first. JSON that cannot be read at all
    /// gives one `.malformedJSON`. Slower than ``init(json:)``: meant for answers to people.
    public static func validate(json: UnsafeRawBufferPointer) -> Result<Order, EventErrors> {
        EventDecoding.validate(json) { (scanner, issues) throws(EventError) -> Order? in
            try OrderFields.order(&scanner, &issues)
        }
    }

    /// Appends the order's JSON.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: 320) { cursor in
            cursor.byte(0x7B)
            self.writeFields(&cursor)
            cursor.byte(0x7D)
        }
    }

    /// Appends the order's id, which decides the partition.
    public func appendKey(to bytes: inout JSONBytes) { bytes.append(integer: id.rawValue) }

    /// The seven fields, without braces; at most 300 bytes.
    @inline(__always)
    func writeFields(_ cursor: inout JSONCursor) {
        cursor.literal("\"order_id\":")
        cursor.integer(id.rawValue)
        cursor.literal(",\"customer_id\":")
        cursor.integer(customerID)
        cursor.amountAndCurrency(amount)
        cursor.literal(",\"country\":\"")
        cursor.country(country)
        cursor.literal("\",\"status\":\"")
        switch status {
        case .created: cursor.literal("CREATED")
        case .confirmed: cursor.literal("CONFIRMED")
        case .cancelled: cursor.literal("CANCELLED")
        }
        cursor.literal("\",\"created_at\":\"")
        cursor.timestamp(createdAt)
        cursor.byte(0x22)
    }
}

extension OrderDraft {
    /// Reads a draft and names every wrong field. `order_id`, `status` and `created_at` may be absent or null.
    ///
    /// - Parameters:
    ///   - json: the text of the draft.
    ///   - unknownField: asked for each field that no order has, by its name; an error refuses it, nil skips it.
    public static func validate(
        json: UnsafeRawBufferPointer, unknownField: (String) -> EventError? = { _ in nil }
    ) -> Result<OrderDraft, EventErrors> {
        EventDecoding.validate(json) { (scanner, issues) throws(EventError) -> OrderDraft? in
            try OrderFields.draft(&scanner, &issues, unknownField: unknownField)
        }
    }
}

extension JSONCursor {
    /// `,"amount":249.99,"currency":"USD"`
    @inline(__always)
    mutating func amountAndCurrency(_ money: Money) {
        literal(",\"amount\":")
        decimal(money.minorUnits, money.currency)
        literal(",\"currency\":\"")
        currency(money.currency)
        byte(0x22)
    }
}
