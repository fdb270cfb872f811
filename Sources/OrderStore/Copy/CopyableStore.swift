import OrderEvents

/// A store whose idempotency keys can be listed and written as they are: what a copy needs beside the interface.
public protocol CopyableStore: OrderStore {
    /// A page of the keys that are remembered at `now`, in an order of the store's own.
    ///
    /// - Parameters:
    ///   - place: the page before's `next`; nil for the first.
    ///   - limit: at most so many, 1...``StoreLimits/maximumPage``. A page may have fewer, even none, and a `next`.
    func idempotencyKeys(after place: String?, limit: Int, now: Timestamp) async throws -> IdempotencyKeyPage

    /// Those of these keys that the store has, in any order, forgotten ones included.
    ///
    /// - Parameter keys: at most ``StoreLimits/maximumPage``.
    func idempotencyKeys(named keys: [String]) async throws -> [IdempotencyKey]

    /// Writes keys as they are, with the time that each has left. One that the store has in a state at least as new
    /// stays: see ``IdempotencyKey/isReplaced(by:)``.
    ///
    /// - Parameter keys: each once, at most ``StoreLimits/maximumPage``.
    func keep(_ keys: [IdempotencyKey]) async throws
}

/// A client's idempotency key as a store remembers it.
public struct IdempotencyKey: Hashable, Sendable {
    /// What the client chose.
    public var key: String
    /// A digest of the request.
    public var requestHash: [UInt8]
    /// The order that the request makes, or made.
    public var orderID: OrderID
    /// The horizon is counted from here.
    public var reservedAt: Timestamp
    /// When the request was carried out; nil while it is not known to be.
    public var completedAt: Timestamp?

    /// A key from its parts.
    public init(
        key: String, requestHash: [UInt8], orderID: OrderID, reservedAt: Timestamp, completedAt: Timestamp? = nil
    ) {
        self.key = key
        self.requestHash = requestHash
        self.orderID = orderID
        self.reservedAt = reservedAt
        self.completedAt = completedAt
    }

    /// Whether another state of the same key is newer: reserved later, or the same reservation and completed since.
    public func isReplaced(by other: IdempotencyKey) -> Bool {
        if other.reservedAt != reservedAt { return other.reservedAt > reservedAt }
        return completedAt == nil && other.completedAt != nil
    }
}

/// A page of a store's idempotency keys.
public struct IdempotencyKeyPage: Sendable {
    /// In the store's order.
    public var keys: [IdempotencyKey]
    /// Keys of which the store knows only a digest: written by a version that kept no more. They cannot be copied.
    public var unnamed: Int
    /// Where the next page starts; nil after the last.
    public var next: String?

    /// One page.
    public init(keys: [IdempotencyKey], unnamed: Int = 0, next: String?) {
        self.keys = keys
        self.unnamed = unnamed
        self.next = next
    }
}
