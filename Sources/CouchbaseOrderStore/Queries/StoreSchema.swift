/// The scope, the collections and the indexes of a store, as the statements that make them.
public struct StoreSchema: Sendable {
    static let orders = "orders"
    static let windows = "windows"
    static let totals = "totals"
    static let directory = "directory"
    static let idempotencyKeys = "idempotency_keys"
    static let collections = [orders, windows, totals, directory, idempotencyKeys]

    let bucket: String
    let scope: String

    /// The schema of a store in this bucket and scope.
    public init(bucket: String, scope: String) {
        self.bucket = bucket
        self.scope = scope
    }

    /// Everything, in the order in which an administrator runs it.
    public var statements: [String] {
        [makeScope] + Self.collections.map(makeCollection) + OrderIndex.allCases.map { makeIndex($0) }
            + [buildIndexes(OrderIndex.allCases.map(\.rawValue))]
    }

    var makeScope: String { "CREATE SCOPE \(Self.quoted(bucket)).\(Self.quoted(scope)) IF NOT EXISTS" }

    func makeCollection(_ name: String) -> String { "CREATE COLLECTION \(keyspace(name)) IF NOT EXISTS" }

    /// It is built later: all of them together, so that the documents are read once.
    func makeIndex(_ index: OrderIndex) -> String {
        "CREATE INDEX \(Self.quoted(index.rawValue)) IF NOT EXISTS ON \(keyspace(Self.orders))"
            + "(\(index.keys.joined(separator: ", "))) WITH {\"defer_build\": true}"
    }

    func buildIndexes(_ names: [String]) -> String {
        "BUILD INDEX ON \(keyspace(Self.orders))(\(names.map(Self.quoted).joined(separator: ", ")))"
    }

    private func keyspace(_ collection: String) -> String {
        [bucket, scope, collection].map(Self.quoted).joined(separator: ".")
    }

    private static func quoted(_ name: String) -> String { "`\(name.replacing("`", with: "``"))`" }
}

/// An index over the orders. A list's order is an index's order, so that nothing is sorted; and what filters ask for is
/// in the index, so that no document is read to be left out.
enum OrderIndex: String, CaseIterable, Sendable {
    case newest = "orders_newest"
    case oldest = "orders_oldest"
    case highestID = "orders_highest_id"
    case lowestID = "orders_lowest_id"
    case customer = "orders_of_customer"
    case alerts = "orders_detected"
    case due = "orders_due"

    private static let filtered = [
        "status", "country", "currency", "payment.status", "fraud.flagged", "found_by.amount",
    ]

    var keys: [String] {
        switch self {
        case .newest: ["found_by.created DESC", "order_id", "customer_id"] + Self.filtered
        case .oldest: ["found_by.created", "order_id", "customer_id"] + Self.filtered
        case .highestID: ["order_id DESC", "found_by.created", "customer_id"] + Self.filtered
        case .lowestID: ["order_id", "found_by.created", "customer_id"] + Self.filtered
        case .customer: ["customer_id", "found_by.created DESC", "order_id"] + Self.filtered
        // An index leaves out the documents that do not have its first key.
        case .alerts: ["found_by.detected DESC", "order_id"]
        case .due: ["found_by.due.currency", "found_by.due.whole", "found_by.due.rest"]
        }
    }
}
