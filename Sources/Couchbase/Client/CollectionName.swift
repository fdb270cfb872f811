/// A collection by its names.
struct CollectionName: Hashable, Sendable, CustomStringConvertible {
    let scope: String
    let collection: String

    static let `default` = CollectionName(scope: "_default", collection: "_default")

    var description: String { "\(scope).\(collection)" }
}

/// What a client knows of a collection.
struct KnownCollection: Sendable {
    /// `nil` while it is being looked up.
    var id: UInt32?
    /// Operations that wait for the id.
    var waiting: [BucketClient.OperationID] = []
    /// Lookups that failed.
    var attempts = 0
}

/// A request for the id of a collection.
struct Lookup: Sendable {
    let name: CollectionName
    let link: BucketClient.LinkID
    let opaque: UInt32
}
