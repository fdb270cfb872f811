import OrderEvents

/// The SQL of what is owed back. Both statements go through an index that holds only these orders.
enum RefundQuery {
    private static let isDue = "status = \(OrderStatus.cancelled.rawValue) AND payment = \(PaymentStatus.paid.rawValue)"

    /// A migration's step, which never changes.
    static let indexes = """
        CREATE INDEX orders_refund_due ON orders (currency, amount) WHERE status = 2 AND payment = 0 AND document IS NULL;
        CREATE INDEX orders_refund_due_apart ON orders (id) WHERE status = 2 AND payment = 0 AND document IS NOT NULL;
        """

    /// By currency; the sum in two parts, because SQLite's own refuses to go past 64 bits.
    static let sums = """
        SELECT currency, count(*), sum(amount / \(unit)), sum(amount % \(unit)) FROM orders INDEXED BY orders_refund_due
        WHERE \(isDue) AND document IS NULL GROUP BY currency
        """

    /// Those whose columns do not hold all of the document: the payment may have an amount of its own.
    static let apart =
        "SELECT \(OrderRow.columns) FROM orders INDEXED BY orders_refund_due_apart WHERE \(isDue) AND document IS NOT NULL"

    static let condition = isDue
    static let unit: Int64 = 1_000_000_000
}

extension SQLiteOrderStore {
    /// Adds up what is owed back, by an index that holds only these orders.
    public func refundsDue() async throws -> [RefundsDue] {
        try await read { db in
            var sums: [Currency: (orders: Int64, amount: MinorUnits)] = [:]
            let statement = try RawStatement(db, RefundQuery.sums)
            defer { statement.reset() }
            while try statement.step() {
                guard let currency = UInt32(exactly: statement.integer(0)).flatMap(Currency.init(packed:)) else {
                    throw OrderStoreError(.corrupt, "a stored order has a currency that was never written")
                }
                let amount =
                    MinorUnits(statement.integer(2)) * MinorUnits(RefundQuery.unit) + MinorUnits(statement.integer(3))
                sums[currency] = (statement.integer(1), amount)
            }
            let apart = try RawStatement(db, RefundQuery.apart)
            defer { apart.reset() }
            while try apart.step() {
                guard let due = try OrderRow.read(apart).refundDue else { continue }
                sums[due.currency, default: (0, 0)].orders += 1
                sums[due.currency, default: (0, 0)].amount += MinorUnits(due.minorUnits)
            }
            return sums.sorted { $0.key < $1.key }.map {
                RefundsDue(currency: $0.key, orders: $0.value.orders, amount: $0.value.amount)
            }
        }
    }
}
