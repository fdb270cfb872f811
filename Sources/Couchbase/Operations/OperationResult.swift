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
public struct MutationToken: Hashable, Sendable {
    /// The part of the keys in which it was.
    public let vbucket: UInt16
    /// Which history of that part.
    public let vbucketUUID: UInt64
    /// Which change of that history.
    public let sequenceNumber: UInt64
}
