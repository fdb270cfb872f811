/// What a producer has on the loop.
final class ProducerHost {
    let core: ProducerCore
    let transaction: TransactionCore?
    /// Calls that wait for a topic's partitions.
    private var topicWaiters: [TopicWaiter] = []
    private let cluster: ClusterCore
    private var follower: FollowerID?

    private struct TopicWaiter {
        let topic: String
        let partitions: Int
        /// Answers about a topic that has too few: it may have grown, but not without end.
        var denials = 0
        let then: (Result<Int, ClientError>) -> Void
    }

    init(
        cluster: ClusterCore, settings: ProducerSettings, batches: SharedAccumulator,
        onOutcome: @escaping ProducerCore.OutcomeHandler
    ) {
        self.cluster = cluster
        core = ProducerCore(access: cluster, settings: settings, batches: batches, onOutcome: onOutcome)
        transaction = TransactionCore(access: cluster, producer: core)
        follower = cluster.follow(.none) { [weak self] in self?.wakeTopicWaiters() }
    }

    /// Calls `then` with the count of a topic's partitions once so many of them are known, or with why it cannot be.
    func whenKnown(_ topic: String, partitions: Int, then: @escaping (Result<Int, ClientError>) -> Void) {
        if let failure = core.failure { return cluster.later { then(.failure(failure)) } }
        core.use(topic)
        let waiter = TopicWaiter(topic: topic, partitions: partitions, then: then)
        if let count = count(waiter) { return cluster.later { then(count) } }
        topicWaiters.append(waiter)
        // It may have grown since it was last asked about.
        if isTooSmall(waiter) { cluster.refreshMetadata() }
    }

    private func isTooSmall(_ waiter: TopicWaiter) -> Bool {
        cluster.metadata.topics[waiter.topic].map { $0.error == .none && $0.partitions.count < waiter.partitions }
            ?? false
    }

    /// Nil while an answer is still to be waited for.
    private func count(_ waiter: TopicWaiter) -> Result<Int, ClientError>? {
        if let refusal = cluster.refusal { return .failure(refusal) }
        guard let known = cluster.metadata.topics[waiter.topic] else { return nil }
        guard known.error == .none else {
            return known.error.isRetriable ? nil : .failure(ClientError(known.error, context: "topic \(waiter.topic)"))
        }
        return known.partitions.count < waiter.partitions ? nil : .success(known.partitions.count)
    }

    private func wakeTopicWaiters() {
        let waiters = topicWaiters
        topicWaiters = []
        for var waiter in waiters {
            if let count = count(waiter) {
                waiter.then(count)
                continue
            }
            if isTooSmall(waiter) { waiter.denials += 1 }
            // The first answer may have been on its way before the topic grew.
            guard waiter.denials < 2 else {
                let message = "\(waiter.topic) has no partition \(waiter.partitions - 1)"
                waiter.then(.failure(ClientError(.unknownPartition, message)))
                continue
            }
            if waiter.denials > 0 { cluster.refreshMetadata() }
            topicWaiters.append(waiter)
        }
    }

    /// Calls `then` once `buffer.memory` has room for so many bytes, or with why it will have none.
    func whenRoom(_ bytes: Int, until deadline: Int64, then: @escaping (Result<Void, ClientError>) -> Void) {
        let once = OnceOnly(then)
        if let refusal = transaction?.refusesRecords { return cluster.later { once.finish(.failure(refusal)) } }
        core.awaitRoom(bytes) { once.finish($0) }
        cluster.schedule(at: deadline) {
            once.finish(.failure(ClientError(.bufferFull, "buffer.memory stays used up")))
        }
    }

    func close() {
        let closed = ClientError(.closed, "the producer is closed")
        core.close(closed)
        let waiters = topicWaiters
        topicWaiters = []
        for waiter in waiters { cluster.later { waiter.then(.failure(closed)) } }
        if let follower { cluster.unfollow(follower) }
        follower = nil
    }
}
