/// What a producer has on the loop.
final class ProducerHost {
    let core: ProducerCore
    let transaction: TransactionCore?
    /// Calls that wait for a topic's partitions.
    private var topicWaiters: [(topic: String, then: (Result<Int, ClientError>) -> Void)] = []
    private let cluster: ClusterCore
    private var follower: FollowerID?

    init(
        cluster: ClusterCore, settings: ProducerSettings, batches: SharedAccumulator,
        onOutcome: @escaping ProducerCore.OutcomeHandler
    ) {
        self.cluster = cluster
        core = ProducerCore(access: cluster, settings: settings, batches: batches, onOutcome: onOutcome)
        transaction = TransactionCore(access: cluster, producer: core)
        follower = cluster.follow(.none) { [weak self] in self?.wakeTopicWaiters() }
    }

    /// Calls `then` with the count of a topic's partitions once it is known, or with why it cannot be.
    func whenKnown(_ topic: String, then: @escaping (Result<Int, ClientError>) -> Void) {
        core.use(topic)
        if let count = count(topic) { return cluster.later { then(count) } }
        topicWaiters.append((topic, then))
    }

    /// Nil while an answer is still to be waited for.
    private func count(_ topic: String) -> Result<Int, ClientError>? {
        if let refusal = cluster.refusal { return .failure(refusal) }
        guard let known = cluster.metadata.topics[topic] else { return nil }
        guard known.error == .none else {
            return known.error.isRetriable ? nil : .failure(ClientError(known.error, context: "topic \(topic)"))
        }
        return known.partitions.isEmpty ? nil : .success(known.partitions.count)
    }

    private func wakeTopicWaiters() {
        let waiters = topicWaiters
        topicWaiters = []
        for waiter in waiters {
            if let count = count(waiter.topic) { waiter.then(count) } else { topicWaiters.append(waiter) }
        }
    }

    func close() {
        core.close(ClientError(.closed, "the producer is closed"))
        if let follower { cluster.unfollow(follower) }
        follower = nil
    }
}
