import DequeModule

/// The batches of one partition that have no outcome, oldest first, and how far they are on their way.
final class PartitionSender {
    let place: PartitionPlace
    let name: TopicPartition
    /// The first ``sent`` of them are on the wire, or done before an older one is.
    var queue: Deque<ProducedBatch> = []
    var sent = 0
    /// Batches on the wire.
    var inFlight = 0
    /// To whom they were sent. While it is not the leader any more, nothing more is.
    var broker: Int32 = -1
    var nextSequence: Int32 = 0
    /// Something went wrong: what is on the wire comes back first, then all is sent again from the oldest on.
    var isRewinding = false
    /// The last batch that came back was written in the present epoch. Until then one batch at a time is on its way: a
    /// broker that knows nothing of a producer takes any sequence, also the second batch's where it refused the first.
    var isAccepted = false
    /// The broker has not what comes before the oldest batch: all of them get new sequences in a new epoch.
    var isSequenceLost = false
    /// On the monotonic clock.
    var blockedUntil: Int64 = .min
    var failures = 0
    /// The transaction's coordinator knows that the partition is part of the transaction.
    var isInTransaction = false

    init(place: PartitionPlace, name: TopicPartition) {
        self.place = place
        self.name = name
    }

    /// Batches that the broker may know by their sequence.
    var hasStamped: Bool { queue.contains { !$0.isDone && $0.stamp != nil } }

    /// The batch is the oldest whose outcome is open.
    func isOldest(_ batch: ProducedBatch) -> Bool { queue.first { !$0.isDone } === batch }

    /// The next batch to put on the wire.
    var nextToSend: ProducedBatch? {
        while sent < queue.count, queue[sent].isDone { sent += 1 }
        return sent < queue.count ? queue[sent] : nil
    }

    func takeSequence(_ count: Int32) -> Int32 {
        defer { nextSequence = Int32((Int64(nextSequence) + Int64(count)) & Int64(Int32.max)) }
        return nextSequence
    }

    /// What was on the wire is back: begins at the oldest again.
    func rewindIfDrained() {
        guard isRewinding, inFlight == 0 else { return }
        isRewinding = false
        sent = 0
        guard isSequenceLost else { return }
        isSequenceLost = false
        for batch in queue where !batch.isDone { batch.unseal() }
    }

    /// Takes out what is done and behind nothing that is not.
    func popDone() -> ProducedBatch? {
        guard let first = queue.first, first.isDone, !first.isOnWire else { return nil }
        queue.removeFirst()
        sent = max(0, sent - 1)
        return first
    }
}
