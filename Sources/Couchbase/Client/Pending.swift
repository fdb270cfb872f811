/// What a caller asks for.
struct OperationRequest: Sendable {
    let operation: KeyValueOperation
    let key: String
    var collection = CollectionName.default
    /// 0 is the active copy, 1 to 3 are the replicas.
    var replica = 0
    /// The time for everything, retries included.
    let timeout: Duration
}

/// An operation that has not ended.
struct Pending: Sendable {
    enum State: Hashable, Sendable {
        /// In a queue: of a slot, of a collection, or of those without a node.
        case parked
        case inFlight(BucketClient.LinkID, opaque: UInt32)
        case backingOff
    }

    let request: OperationRequest
    let deadline: Duration
    var state = State.parked
    var vbucket: UInt16 = 0
    var collectionID: UInt32 = 0
    /// Attempts whose answer asks for another.
    var attempts = 0
    /// Why the last attempt was not the last.
    var lastError: CouchbaseError?

    /// The error at the deadline. What was never sent, or was refused, changed nothing.
    var timeoutError: CouchbaseError {
        let operation = request.operation
        let reason = lastError.map { "; last: \($0.message)" } ?? ""
        if case .inFlight = state {
            return CouchbaseError(
                operation.isIdempotent ? .unambiguousTimeout : .ambiguousTimeout,
                "\(operation.opcode) of \"\(request.key)\" was not answered within \(request.timeout)\(reason)",
                status: lastError?.status)
        }
        let isUnknownCollection = lastError?.code == .collectionNotFound
        return CouchbaseError(
            isUnknownCollection ? .collectionNotFound : .unambiguousTimeout,
            "\(operation.opcode) of \"\(request.key)\" was not possible within \(request.timeout)\(reason)",
            status: lastError?.status)
    }
}
