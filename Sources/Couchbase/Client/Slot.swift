import DequeModule

/// A place where one connection is held: the address of a node, or of a seed.
struct Slot: Sendable {
    let endpoint: Endpoint
    /// Not part of the configuration: it goes as soon as there is one.
    var isSeed: Bool
    var link: BucketClient.LinkID?
    /// In a row.
    var failures = 0
    var lastError: CouchbaseError?
    /// Operations that wait for the connection, or for room on it.
    var waiting = Deque<BucketClient.OperationID>()
}
