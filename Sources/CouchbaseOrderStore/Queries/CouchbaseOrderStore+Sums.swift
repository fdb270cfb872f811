import Couchbase
import OrderEvents
import OrderStore

extension CouchbaseOrderStore {
    /// The count that the cluster keeps of each collection; flagged orders are counted by their index.
    public func counts() async throws -> StoreCounts {
        try await gate.pass(store: name) {
            StoreCounts(
                orders: try await count("FROM `\(StoreSchema.orders)`"),
                flagged: try await count("FROM `\(StoreSchema.orders)` AS o WHERE o.found_by.detected > \"\""),
                windows: try await count("FROM `\(StoreSchema.windows)`"))
        }
    }

    /// The cluster's own count.
    public func orderCount() async throws -> Int64 {
        try await gate.pass(store: name) { try await count("FROM `\(StoreSchema.orders)`") }
    }

    private func count(_ rest: String) async throws -> Int64 {
        try await rows("SELECT RAW COUNT(*) \(rest)", as: Int64.self).first ?? 0
    }

    private struct Due: Decodable, Sendable {
        let currency: String
        let orders: Int64
        let whole: Int64
        let rest: Int64
    }

    private static let dueStatement = """
        SELECT o.found_by.due.currency AS currency, COUNT(*) AS orders, \
        SUM(o.found_by.due.whole) AS whole, SUM(o.found_by.due.rest) AS rest \
        FROM `\(StoreSchema.orders)` AS o WHERE o.found_by.due.currency > "" GROUP BY o.found_by.due.currency
        """

    /// Adds up what is owed back, by an index that holds only these orders.
    public func refundsDue() async throws -> [RefundsDue] {
        try await gate.pass(store: name) {
            try await rows(Self.dueStatement, as: Due.self).map { due in
                guard let currency = Currency(code: due.currency) else {
                    throw OrderStoreError(.corrupt, "\(name): a stored order has the currency \(due.currency)")
                }
                return RefundsDue(
                    currency: currency, orders: due.orders,
                    amount: MinorUnits(due.whole) * MinorUnits(StoredOrder.dueUnit) + MinorUnits(due.rest))
            }.sorted { $0.currency < $1.currency }
        }
    }

    /// The rows of a statement that only reads. It sees everything that was written before.
    func rows<Row: Decodable & Sendable>(
        _ statement: String, _ arguments: [String: any Encodable & Sendable] = [:], as type: Row.Type
    ) async throws -> [Row] {
        var options = QueryOptions(arguments: arguments)
        options.consistency = .requestPlus
        options.isReadOnly = true
        options.isPrepared = true
        options.scope = scope
        do {
            return try await cluster.query(statement, options).rows(as: Row.self)
        } catch let error as CouchbaseError {
            throw explain(error)
        }
    }
}
