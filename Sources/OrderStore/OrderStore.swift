import OrderEvents

/// Where the order documents and aggregates of `order-analytics` are kept for queries.
///
/// The writer (the sink) is one at a time; readers are many and never hold it up. Every call may throw
/// ``OrderStoreError`` and is safe to repeat.
public protocol OrderStore: Sendable {
    /// Writes a batch, durable on return. A document or aggregate replaces the stored one only if its revision is higher,
    /// so that a batch may come twice, and late.
    ///
    /// SQLite writes all of a batch or nothing. Couchbase writes document by document: readers may see a part of a batch,
    /// and a batch that failed is complete once it was repeated.
    func apply(_ batch: StoreBatch) async throws

    /// Returns if the store answers a query.
    func ping() async throws

    /// The document of one order; nil if there is none.
    func order(_ id: OrderID) async throws -> OrderDocument?

    /// The documents of several orders, in any order; those that do not exist are left out.
    ///
    /// - Parameter ids: at most ``StoreLimits/maximumPage``.
    func orders(_ ids: [OrderID]) async throws -> [OrderDocument]

    /// Up to `limit` (1...``StoreLimits/maximumPage``) documents that were created at `moment` or before, by
    /// created_at, then order_id, the latest first.
    func newestOrders(limit: Int, until moment: Timestamp) async throws -> [OrderDocument]

    /// A page of the documents that pass `filter`, in the order that `sort` names.
    ///
    /// - Parameters:
    ///   - cursor: the page before's `next`, nil for the first page. It stays valid whatever is written meanwhile:
    ///     no document that was there at the first page is shown twice or left out. One of another kind of list is an
    ///     `.invalidArgument`.
    ///   - limit: at most so many documents, 1...``StoreLimits/maximumPage``. A page may have fewer, even none,
    ///     and a `next`: a search stops after a bounded number of documents looked at.
    func orders(
        matching filter: OrderFilter, sort: OrderSort, after cursor: OrderCursor?, limit: Int
    ) async throws -> Page<OrderDocument>

    /// A page of the flagged orders, the latest detected first, by order_id (highest first) within the same
    /// millisecond.
    func alerts(after cursor: OrderCursor?, limit: Int) async throws -> Page<OrderDocument>

    /// The minute windows that start in `from ..< to`, one for each partition, by start, then partition. At most
    /// ``StoreLimits/maximumWindows`` aggregates: the earliest.
    func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate]

    /// The all-time aggregates, by partition.
    func totals() async throws -> [Aggregate]

    func counts() async throws -> StoreCounts

    /// Order documents alone: asked every second, so no store may read them for it.
    func orderCount() async throws -> Int64

    /// What is owed back: the paid orders that were cancelled, by currency, alphabetical.
    func refundsDue() async throws -> [RefundsDue]

    /// Hands every document to `body`, by order_id ascending. What is written meanwhile may or may not be seen,
    /// each document whole. Stops with the error that `body` throws.
    func scan(_ body: (OrderDocument) throws -> Void) async throws

    /// Takes a client's idempotency key for one order, or says who has it.
    ///
    /// - Parameters:
    ///   - key: 1...255 bytes, of the client's choosing.
    ///   - requestHash: a digest of the request, at most 64 bytes: the same key with another request is a mistake.
    ///   - orderID: the order that the request would make.
    ///   - now: the caller's clock; a key reserved longer ago than the horizon (24 hours unless set) is forgotten.
    func reserveIdempotencyKey(
        _ key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp
    ) async throws -> IdempotencyOutcome

    /// Notes that the request of `key` was carried out. An unknown key is ignored: its horizon has passed.
    func completeIdempotencyKey(_ key: String, now: Timestamp) async throws

    /// Gives back a key whose request was not carried out; a completed key stays.
    func releaseIdempotencyKey(_ key: String) async throws

    /// Waits for what is under way and closes; any later call throws `.closed`. Closing twice is harmless.
    func close() async throws
}

extension OrderStore {
    /// Of all counts, for a store in which they cost nothing.
    public func orderCount() async throws -> Int64 { try await counts().orders }

    /// One by one, for a store that knows no better way.
    public func orders(_ ids: [OrderID]) async throws -> [OrderDocument] {
        var documents: [OrderDocument] = []
        for id in ids {
            if let document = try await order(id) { documents.append(document) }
        }
        return documents
    }
}

/// Bounds that every store keeps.
public enum StoreLimits {
    /// Documents in a page.
    public static let maximumPage = 1_000
    /// Aggregates in one answer: a day of minutes in 6 partitions, and some.
    public static let maximumWindows = 20_000
    /// Documents that one page of a filtered search looks at, at most: milliseconds of one reader.
    public static let maximumScanned = 20_000
    /// Bytes of an idempotency key.
    public static let idempotencyKeyBytes = 1...255
}
