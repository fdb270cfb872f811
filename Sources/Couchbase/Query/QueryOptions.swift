/// How a statement is run.
public struct QueryOptions: Sendable {
    /// Which mutations a query has to see.
    public enum Consistency: Sendable {
        /// Whatever the indexes hold at the moment.
        case notBounded
        /// Everything that was acknowledged before the query.
        case requestPlus
        /// At least these mutations.
        case atPlus(MutationState)
    }

    /// Values for `$name` in the statement.
    public var arguments: [String: any Encodable & Sendable]
    /// Which mutations it has to see.
    public var consistency = Consistency.notBounded
    /// The server refuses to change anything. Such a query may be repeated after a lost connection.
    public var isReadOnly = false
    /// The statement is prepared once, and its plan used again.
    public var isPrepared = false
    /// The time for everything; `nil` takes the cluster's.
    public var timeout: Duration?
    /// The bucket and the scope in which short names of collections are looked up.
    public var scope: Scope?

    /// The defaults, with these arguments.
    public init(arguments: [String: any Encodable & Sendable] = [:]) { self.arguments = arguments }
}

/// Mutations that a query has to see.
public struct MutationState: Sendable, Hashable {
    var tokens: [String: [UInt16: MutationToken]] = [:]

    /// No mutations.
    public init() {}

    /// Adds the mutations of a bucket. Of each part of its keys the newest counts.
    public mutating func add(_ results: some Sequence<MutationResult>, in bucket: Bucket) {
        for case let token? in results.map(\.token) { add(token, bucket: bucket.name) }
    }

    mutating func add(_ token: MutationToken, bucket: String) {
        let known = tokens[bucket]?[token.vbucket]
        if let known, known.vbucketUUID == token.vbucketUUID, known.sequenceNumber >= token.sequenceNumber { return }
        tokens[bucket, default: [:]][token.vbucket] = token
    }
}
