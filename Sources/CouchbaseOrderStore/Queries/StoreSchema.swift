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
        [makeScope] + Self.collections.map(makeCollection) + StoreIndex.allCases.map { makeIndex($0) }
            + buildIndexes(StoreIndex.allCases)
    }

    var makeScope: String { "CREATE SCOPE \(Self.quoted(bucket)).\(Self.quoted(scope)) IF NOT EXISTS" }

    func makeCollection(_ name: String) -> String { "CREATE COLLECTION \(keyspace(name)) IF NOT EXISTS" }

    /// It is built later: all of them together, so that the documents are read once.
    func makeIndex(_ index: StoreIndex) -> String {
        "CREATE INDEX \(Self.quoted(index.rawValue)) IF NOT EXISTS ON \(keyspace(index.collection))"
            + "(\(index.expressions.joined(separator: ", "))) WITH {\"defer_build\": true}"
    }

    /// One statement for each collection.
    func buildIndexes(_ indexes: [StoreIndex]) -> [String] {
        Self.collections.compactMap { collection in
            let names = indexes.filter { $0.collection == collection }.map { Self.quoted($0.rawValue) }
            return names.isEmpty ? nil : "BUILD INDEX ON \(keyspace(collection))(\(names.joined(separator: ", ")))"
        }
    }

    /// Everything that is in the scope goes with it.
    var dropScope: String { "DROP SCOPE \(Self.quoted(bucket)).\(Self.quoted(scope)) IF EXISTS" }

    private func keyspace(_ collection: String) -> String {
        [bucket, scope, collection].map(Self.quoted).joined(separator: ".")
    }

    private static func quoted(_ name: String) -> String { "`\(name.replacing("`", with: "``"))`" }
}

/// An index. A list's order is an index's order, so that nothing is sorted. What filters ask for is in the index, so that
/// no document is read to be left out.
enum StoreIndex: String, CaseIterable, Sendable {
    case newest = "orders_newest"
    case oldest = "orders_oldest"
    case highestID = "orders_highest_id"
    case lowestID = "orders_lowest_id"
    case customer = "orders_of_customer"
    case alerts = "orders_detected"
    case due = "orders_due"
    /// For copies of the store, which go through all of them.
    case keys = "idempotency_keys_by_id"

    var collection: String { self == .keys ? StoreSchema.idempotencyKeys : StoreSchema.orders }

    private static let filtered = [
        "status", "country", "currency", "payment.status", "fraud.flagged", "found_by.amount",
    ]

    /// Its expressions, in their order.
    var expressions: [String] {
        switch self {
        case .newest: ["found_by.created DESC", "order_id", "customer_id"] + Self.filtered
        case .oldest: ["found_by.created", "order_id", "customer_id"] + Self.filtered
        case .highestID: ["order_id DESC", "found_by.created", "customer_id"] + Self.filtered
        case .lowestID: ["order_id", "found_by.created", "customer_id"] + Self.filtered
        case .customer: ["customer_id", "found_by.created DESC", "order_id"] + Self.filtered
        // An index leaves out the documents that do not have its first key.
        case .alerts: ["found_by.detected DESC", "order_id"]
        case .due: ["found_by.due.currency", "found_by.due.whole", "found_by.due.rest"]
        case .keys: ["META().id"]
        }
    }
}
