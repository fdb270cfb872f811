extension KafkaProducer {
    /// Makes the producer the only one with its transactional id. Called once, before the first transaction; again
    /// after a retriable error.
    public func initTransactions(timeout: Duration = .seconds(60)) async throws(ClientError) {
        try await transact(timeout) { transaction, deadline, done in
            transaction.initialize(deadline: deadline, then: done)
        }
    }

    /// Begins a transaction. What is appended from here on is part of it.
    public func beginTransaction() async throws(ClientError) {
        try await transact(.zero) { transaction, _, done in
            do throws(ClientError) {
                try transaction.begin()
                done(.success(()))
            } catch {
                done(.failure(error))
            }
        }
    }

    /// Makes a group's progress part of the transaction: both are committed, or neither.
    ///
    /// It needs not be waited for before the commit, which waits for it itself.
    ///
    /// - Parameters:
    ///   - offsets: of the *next* records to read.
    ///   - member: as whom the consumer commits. The coordinator refuses it where the group has moved on (KIP-447).
    /// - Throws: with ``ClientError/mustAbortTransaction`` where it was refused.
    public func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], of member: ConsumerGroupMetadata
    ) async throws(ClientError) {
        try await transact(.zero) { transaction, _, done in transaction.sendOffsets(offsets, of: member, then: done) }
    }

    /// Commits the transaction. After a retriable error it is open whether that happened: call it again.
    ///
    /// - Throws: with ``ClientError/mustAbortTransaction`` where something of it failed.
    public func commitTransaction(timeout: Duration = .seconds(60)) async throws(ClientError) {
        try await transact(timeout) { transaction, deadline, done in
            transaction.commit(deadline: deadline, then: done)
        }
    }

    /// Gives the transaction up. After a retriable error call it again.
    public func abortTransaction(timeout: Duration = .seconds(60)) async throws(ClientError) {
        try await transact(timeout) { transaction, deadline, done in
            transaction.abort(deadline: deadline, then: done)
        }
    }

    private func transact(
        _ timeout: Duration,
        _ body: @escaping @Sendable (TransactionCore, Int64, @escaping TransactionCore.Completion) -> Void
    ) async throws(ClientError) {
        let milliseconds = Int64(timeout / .milliseconds(1))
        let result: Result<Void, ClientError> = await call { host, cluster, done in
            guard let transaction = host.transaction else {
                return done(.failure(ClientError(.state, "the producer has no transactional.id")))
            }
            body(transaction, cluster.now.monotonic + milliseconds, done)
        }
        try result.get()
    }
}
