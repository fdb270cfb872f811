/// A bucket that is open.
public struct Bucket: Sendable {
    /// Its name.
    public let name: String
    let cluster: Cluster
    let driver: BucketDriver

    /// How many copies of each document there are beside the first, by the newest configuration.
    public var replicaCount: Int { get async { await driver.config()?.bucket?.vbuckets.replicaCount ?? 0 } }

    /// A scope. Whether it exists shows with the first operation.
    public func scope(_ name: String) -> Scope { Scope(name: name, bucket: self) }

    /// The scope that every bucket has.
    public var defaultScope: Scope { scope(CollectionName.default.scope) }

    /// The collection that every bucket has.
    public var defaultCollection: DocumentCollection { defaultScope.collection(CollectionName.default.collection) }
}

/// A scope of a bucket: a group of collections.
public struct Scope: Sendable {
    /// Its name.
    public let name: String
    let bucket: Bucket

    /// A collection. Whether it exists shows with the first operation.
    public func collection(_ name: String) -> DocumentCollection { DocumentCollection(name: name, scope: self) }
}
