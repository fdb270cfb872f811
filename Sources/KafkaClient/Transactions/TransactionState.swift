/// Where a producer's transaction stands.
enum TransactionState: Hashable, Sendable {
    /// No producer id yet.
    case uninitialized
    case initializing
    case ready
    case inTransaction
    /// Something of the transaction failed, so it can only be aborted.
    case failed(ClientError)
    case committing
    case aborting
    /// The producer is of no further use.
    case fatal(ClientError)
}
