import OrderEvents

/// An order document as a row of `orders`.
enum OrderRow {
    /// The columns in the order of ``bind(_:to:_:)`` and ``read(_:)``.
    static let columns = """
        id, customer_id, amount, currency, country, status, created_at, revision, updated_at, payment, \
        processed_at, decline_reason, fraud, detected_at, created_seen_at, confirmed_seen_at, \
        cancelled_seen_at, document
        """

    /// The row that is already there stays, unless it is older. An older one with another created_at stays, too, and is
    /// for ``move``: a column that is not assigned costs its indexes nothing, and nearly no order changes this one.
    static let upsert = insert("revision = excluded.revision", "AND excluded.created_at = created_at")

    /// The same where created_at may differ.
    static let move = insert("revision = excluded.revision, created_at = excluded.created_at", "")

    private static func insert(_ assignments: String, _ condition: String) -> String {
        """
        INSERT INTO orders (\(columns))
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        ON CONFLICT (id) DO UPDATE SET
            customer_id = excluded.customer_id, amount = excluded.amount, currency = excluded.currency,
            country = excluded.country, status = excluded.status, \(assignments), updated_at = excluded.updated_at,
            payment = excluded.payment, processed_at = excluded.processed_at, decline_reason = excluded.decline_reason,
            fraud = excluded.fraud, detected_at = excluded.detected_at,
            created_seen_at = excluded.created_seen_at, confirmed_seen_at = excluded.confirmed_seen_at,
            cancelled_seen_at = excluded.cancelled_seen_at, document = excluded.document
        WHERE excluded.revision > revision \(condition)
        """
    }

    /// Binds all parameters of ``upsert``. `scratch` is emptied and may be written to.
    static func bind(_ document: OrderDocument, to statement: RawStatement, _ scratch: inout JSONBytes) {
        let order = document.order
        statement.bind(order.id.rawValue, at: 1)
        statement.bind(order.customerID, at: 2)
        statement.bind(order.amount.minorUnits, at: 3)
        statement.bind(Int64(order.amount.currency.packed), at: 4)
        statement.bind(Int64(order.country.packed), at: 5)
        statement.bind(Int64(order.status.rawValue), at: 6)
        statement.bind(order.createdAt.millisecondsSinceEpoch, at: 7)
        statement.bind(document.revision, at: 8)
        statement.bind(document.updatedAt.millisecondsSinceEpoch, at: 9)
        statement.bind((document.payment?.status.rawValue).map(Int64.init), at: 10)
        statement.bind(document.payment?.processedAt.millisecondsSinceEpoch, at: 11)
        statement.bind((document.payment?.declineReason?.rawValue).map(Int64.init), at: 12)
        statement.bind((document.fraud?.reason.rawValue).map(Int64.init), at: 13)
        statement.bind(document.fraud?.detectedAt.millisecondsSinceEpoch, at: 14)
        statement.bind(document.createdSeenAt?.millisecondsSinceEpoch, at: 15)
        statement.bind(document.confirmedSeenAt?.millisecondsSinceEpoch, at: 16)
        statement.bind(document.cancelledSeenAt?.millisecondsSinceEpoch, at: 17)
        if fits(document) {
            statement.bind(nil, at: 18)
        } else {
            scratch.removeAll()
            document.encode(into: &scratch)
            scratch.withUnsafeBytes { statement.bind($0, at: 18) }
        }
    }

    /// Whether the columns hold all of the document: its sections repeat the order's data, and nothing contradicted it.
    private static func fits(_ document: OrderDocument) -> Bool {
        guard document.conflicts == nil else { return false }
        let order = document.order
        if let payment = document.payment {
            guard payment.orderID == order.id, payment.amount == order.amount, payment.country == order.country,
                payment.customerID == order.customerID
            else { return false }
        }
        if let fraud = document.fraud {
            guard fraud.orderID == order.id, fraud.amount == order.amount, fraud.country == order.country,
                fraud.customerID == order.customerID
            else { return false }
        }
        return true
    }

    /// The document of the current row of a statement that selects ``columns``.
    ///
    /// - Throws: `.corrupt` if the row holds what this platform never writes.
    static func read(_ row: RawStatement) throws -> OrderDocument {
        if let whole = try row.withBytes(17, { try OrderRow.decode($0) }) { return whole }
        guard let id = OrderID(row.integer(0)),
            let currency = UInt32(exactly: row.integer(3)).flatMap(Currency.init(packed:)),
            let country = UInt16(exactly: row.integer(4)).flatMap(CountryCode.init(packed:)),
            let status = UInt8(exactly: row.integer(5)).flatMap(OrderStatus.init(rawValue:))
        else { throw corrupt(row) }
        let order = Order(
            id: id, customerID: row.integer(1), amount: Money(minorUnits: row.integer(2), currency: currency),
            country: country, status: status, createdAt: Timestamp(millisecondsSinceEpoch: row.integer(6)))
        return OrderDocument(
            order: order, payment: try payment(of: order, row), fraud: try fraud(of: order, row),
            createdSeenAt: moment(row, 14), confirmedSeenAt: moment(row, 15), cancelledSeenAt: moment(row, 16),
            revision: row.integer(7), updatedAt: Timestamp(millisecondsSinceEpoch: row.integer(8)))
    }

    private static func payment(of order: Order, _ row: RawStatement) throws -> Payment? {
        guard let raw = row.optionalInteger(9) else { return nil }
        guard let status = UInt8(exactly: raw).flatMap(PaymentStatus.init(rawValue:)), let processedAt = moment(row, 10)
        else { throw corrupt(row) }
        var reason: DeclineReason?
        if let raw = row.optionalInteger(11) {
            guard let known = UInt8(exactly: raw).flatMap(DeclineReason.init(rawValue:)) else { throw corrupt(row) }
            reason = known
        }
        return Payment(
            orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
            country: order.country, declineReason: reason, processedAt: processedAt)
    }

    private static func fraud(of order: Order, _ row: RawStatement) throws -> FraudAlert? {
        guard let raw = row.optionalInteger(12) else { return nil }
        guard let reason = UInt8(exactly: raw).flatMap(FraudReason.init(rawValue:)), let detectedAt = moment(row, 13)
        else { throw corrupt(row) }
        return FraudAlert(
            orderID: order.id, customerID: order.customerID, reason: reason, amount: order.amount,
            country: order.country, detectedAt: detectedAt)
    }

    private static func decode(_ json: UnsafeRawBufferPointer) throws -> OrderDocument {
        do throws(EventError) { return try OrderDocument(json: json) } catch {
            throw OrderStoreError(.corrupt, "a stored order document cannot be read: \(error)")
        }
    }

    private static func moment(_ row: RawStatement, _ column: Int32) -> Timestamp? {
        row.optionalInteger(column).map(Timestamp.init(millisecondsSinceEpoch:))
    }

    private static func corrupt(_ row: RawStatement) -> OrderStoreError {
        OrderStoreError(.corrupt, "the stored order \(row.integer(0)) has a value that was never written")
    }
}
