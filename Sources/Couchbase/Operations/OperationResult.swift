import NIOCore

/// What a successful operation returns.
struct OperationResult: Hashable, Sendable {
    var cas: UInt64
    /// Which change of its vbucket a mutation was, where the server says so.
    var token: MutationToken?
    var content: Content?
    /// In the order of the request.
    var paths: [PathResult] = []
}

/// One change of one vbucket.
struct MutationToken: Hashable, Sendable {
    let vbucket: UInt16
    let vbucketUUID: UInt64
    let sequenceNumber: UInt64
}
