import Testing

@testable import BrokerCore

@Suite("Transaction coordinator")
struct TransactionCoordinatorTests {
    private let now = BrokerTime(wall: 1_000_000, monotonic: 1_000)
    private let p0 = TopicPartition(topic: "t", partition: 0)
    private let p1 = TopicPartition(topic: "t", partition: 1)

    /// A coordinator with one initialized id.
    private func coordinator(_ id: String = "id") -> (TransactionCoordinator, ProducerIdentity) {
        var coordinator = TransactionCoordinator()
        let identity = ProducerIdentity(id: 10, epoch: 0)
        _ = coordinator.initialize(id, timeout: 60_000, expected: nil, newProducerID: 10, now: now)
        return (coordinator, identity)
    }

    private func later(_ milliseconds: Int64) -> BrokerTime {
        BrokerTime(wall: now.wall + milliseconds, monotonic: now.monotonic + milliseconds)
    }

    // MARK: Initialization

    @Test("a new id needs a producer id and gets epoch 0")
    func new() {
        var coordinator = TransactionCoordinator()
        #expect(
            coordinator.initialize("a", timeout: 1000, expected: nil, newProducerID: nil, now: now) == .needsProducerID)
        #expect(
            coordinator.initialize("a", timeout: 1000, expected: nil, newProducerID: 5, now: now)
                == .initialize(ProducerIdentity(id: 5, epoch: 0), aborting: nil))
    }

    @Test("a late request of a predecessor is not answered with its successor's identity")
    func lateRequest() {
        var (coordinator, old) = coordinator()
        _ = coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: nil, now: now)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: old, newProducerID: nil, now: now)
                == .refuse(.producerFenced))
    }

    @Test("every initialization bumps the epoch, which fences the one before")
    func bump() {
        var (coordinator, old) = coordinator()
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: nil, now: now)
                == .initialize(ProducerIdentity(id: 10, epoch: 1), aborting: nil))
        #expect(coordinator.add("id", old, partitions: [p0], now: now) == .producerFenced)
        #expect(coordinator.admit("id", old, to: p0, now: now) == .invalidProducerEpoch)
        #expect(coordinator.end("id", old, commit: true, now: now) == .refuse(.producerFenced))
    }

    @Test("a successor aborts the open transaction, in the name of its own epoch, and begins only after that")
    func successor() {
        var (coordinator, old) = coordinator()
        _ = coordinator.add("id", old, partitions: [p1, p0], now: now)
        _ = coordinator.add("id", old, groups: ["g"], now: now)
        let new = ProducerIdentity(id: 10, epoch: 1)
        let ending = TransactionCoordinator.Ending(
            transactionalID: "id", producer: new, commit: false, partitions: [p0, p1], groups: ["g"])
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: nil, now: now)
                == .initialize(new, aborting: ending))
        #expect(
            coordinator.add("id", new, partitions: [p0], now: now) == .concurrentTransactions)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: nil, now: now)
                == .refuse(.concurrentTransactions))
        coordinator.initialized("id", new)
        #expect(coordinator.add("id", new, partitions: [p0], now: now) == .none)
    }

    @Test("a client that bumps its own epoch must be the current one; asking twice gives the same answer")
    func ownBump() {
        var (coordinator, identity) = coordinator()
        let bumped = ProducerIdentity(id: 10, epoch: 1)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: nil, now: now)
                == .initialize(bumped, aborting: nil))
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: nil, now: now)
                == .repeatAnswer(bumped))
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: .init(id: 10, epoch: 7), newProducerID: nil, now: now)
                == .refuse(.producerFenced))
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: .init(id: 11, epoch: 1), newProducerID: nil, now: now)
                == .refuse(.producerFenced))
    }

    @Test(
        "a client whose id the broker has forgotten, or never knew, gets a new producer id; so do two that claim to be 0/0"
    )
    func forgotten() {
        var (coordinator, identity) = coordinator()
        coordinator.forget("id")
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: nil, now: now)
                == .needsProducerID)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: 12, now: now)
                == .initialize(.init(id: 12, epoch: 0), aborting: nil))
        // Asked again, since the answer was lost; once a transaction has begun there is a producer that got it.
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: nil, now: now)
                == .repeatAnswer(.init(id: 12, epoch: 0)))
        _ = coordinator.add("id", .init(id: 12, epoch: 0), partitions: [p0], now: now)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: identity, newProducerID: nil, now: now)
                == .refuse(.producerFenced))
        let zero = ProducerIdentity(id: 0, epoch: 0)
        #expect(
            coordinator.initialize("go", timeout: 1000, expected: zero, newProducerID: 13, now: now)
                == .initialize(.init(id: 13, epoch: 0), aborting: nil))
        #expect(
            coordinator.initialize("go", timeout: 1000, expected: zero, newProducerID: 14, now: now)
                == .refuse(.producerFenced))
    }

    @Test("a client that bumps its used-up epoch gets a new producer id, and the same one if it asks again")
    func ownRotation() {
        var coordinator = TransactionCoordinator()
        coordinator.restore(Transaction(id: "id", producerID: 10, epoch: .max - 1, timeoutMilliseconds: 1000))
        let old = ProducerIdentity(id: 10, epoch: .max - 1)
        let new = ProducerIdentity(id: 99, epoch: 0)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: old, newProducerID: 99, now: now)
                == .initialize(new, aborting: nil))
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: old, newProducerID: nil, now: now)
                == .repeatAnswer(new))
    }

    @Test("when the epochs are used up the id gets a new producer id")
    func exhausted() {
        var coordinator = TransactionCoordinator()
        coordinator.restore(Transaction(id: "id", producerID: 10, epoch: .max - 1, timeoutMilliseconds: 1000))
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: nil, now: now) == .needsProducerID
        )
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: nil, newProducerID: 99, now: now)
                == .initialize(ProducerIdentity(id: 99, epoch: 0), aborting: nil))
        #expect(coordinator.transaction(ofProducer: 10) == nil)
        #expect(coordinator.transaction(ofProducer: 99)?.id == "id")
    }

    // MARK: Transactions

    @Test("a transaction goes from its partitions to its end", arguments: [true, false])
    func whole(commit: Bool) {
        var (coordinator, identity) = coordinator()
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .invalidTxnState)
        #expect(coordinator.add("id", identity, partitions: [p0], now: now) == .none)
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .none)
        #expect(coordinator.admit("id", identity, to: p1, now: now) == .invalidTxnState)
        #expect(coordinator.admit("id", identity, group: "g", now: now) == .invalidTxnState)
        #expect(coordinator.add("id", identity, groups: ["g"], now: now) == .none)
        #expect(coordinator.admit("id", identity, group: "g", now: now) == .none)
        let ending = TransactionCoordinator.Ending(
            transactionalID: "id", producer: identity, commit: commit, partitions: [p0], groups: ["g"])
        #expect(coordinator.end("id", identity, commit: commit, now: now) == .end(ending))
        #expect(coordinator.transaction("id")?.phase == .ending(commit: commit))

        // Until that is durable nothing else goes.
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .concurrentTransactions)
        #expect(
            coordinator.add("id", identity, partitions: [p0], now: now)
                == .concurrentTransactions)
        #expect(
            coordinator.end("id", identity, commit: commit, now: now)
                == .refuse(.concurrentTransactions))
        #expect(
            coordinator.end("id", identity, commit: !commit, now: now)
                == .refuse(.invalidTxnState))

        coordinator.ended(ending)
        #expect(coordinator.transaction("id")?.phase == .completed(commit: commit))
        // Asked again, since the answer was lost.
        #expect(coordinator.end("id", identity, commit: commit, now: now) == .alreadyDone)
        #expect(
            coordinator.end("id", identity, commit: !commit, now: now)
                == .refuse(.invalidTxnState))
        // The next one.
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .invalidTxnState)
        #expect(coordinator.add("id", identity, partitions: [p1], now: now) == .none)
        #expect(coordinator.transaction("id")?.partitions == [p1])
    }

    @Test("there is nothing to end before anything has begun")
    func nothing() {
        var (coordinator, identity) = coordinator()
        #expect(
            coordinator.end("id", identity, commit: true, now: now)
                == .refuse(.invalidTxnState))
        #expect(
            coordinator.end("no", identity, commit: true, now: now)
                == .refuse(.invalidProducerIDMapping))
        #expect(
            coordinator.end("id", .init(id: 77, epoch: 0), commit: true, now: now)
                == .refuse(.invalidProducerIDMapping))
    }

    @Test("a transaction that takes too long is aborted, and its producer fenced")
    func timeout() {
        var (coordinator, identity) = coordinator()
        _ = coordinator.add("id", identity, partitions: [p0], now: now)
        #expect(coordinator.expire("id", now: later(59_999)) == nil)
        let ending = coordinator.expire("id", now: later(60_000))
        #expect(ending?.producer == ProducerIdentity(id: 10, epoch: 1))
        #expect(ending?.commit == false)
        #expect(coordinator.expire("id", now: later(60_001)) == nil)
        if let ending { coordinator.ended(ending) }
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .invalidProducerEpoch)
        #expect(
            coordinator.end("id", identity, commit: true, now: later(60_002))
                == .refuse(.producerFenced))
    }

    // MARK: Restart

    @Test("after a restart the logs tell which transactions are open")
    func restart() {
        var coordinator = TransactionCoordinator()
        coordinator.restore(Transaction(id: "id", producerID: 10, epoch: 3, timeoutMilliseconds: 1000))
        #expect(coordinator.recover(producerID: 10, partitions: [p0], now: now) == true)
        #expect(coordinator.recover(producerID: 10, groups: ["g"], now: now) == true)
        #expect(coordinator.recover(producerID: 11, partitions: [p0], now: now) == false)
        let identity = ProducerIdentity(id: 10, epoch: 3)
        // It may have added this one before the restart without writing to it.
        #expect(coordinator.admit("id", identity, to: p1, now: now) == .none)
        let decision = coordinator.end("id", identity, commit: true, now: now)
        guard case .end(let ending) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(ending.partitions == [p0, p1] && ending.groups == ["g"])
        coordinator.ended(ending)
        // From the next transaction on it is strict again.
        #expect(coordinator.admit("id", identity, to: p0, now: now) == .invalidTxnState)
    }

    @Test("after a restart a transaction that had written nothing can still be ended")
    func restartOfNothing() {
        var coordinator = TransactionCoordinator()
        coordinator.restore(Transaction(id: "id", producerID: 10, epoch: 3, timeoutMilliseconds: 1000))
        let identity = ProducerIdentity(id: 10, epoch: 3)
        #expect(coordinator.end("id", identity, commit: true, now: now) == .alreadyDone)
    }

    @Test("a state comes back from its record")
    func records() throws {
        var transaction = Transaction(id: "payments-3", producerID: 1 << 40, epoch: 12, timeoutMilliseconds: 60_000)
        transaction.lastUpdate = 1_700_000_000_000
        transaction.predecessor = ProducerIdentity(id: 1 << 40, epoch: 11)
        for (outcome, phase) in [(true, TransactionPhase.completed(commit: true)), (false, .completed(commit: false))] {
            let read = try TransactionRecord.read(TransactionRecord.record(transaction, outcome: outcome))
            transaction.phase = phase
            #expect(read?.id == "payments-3" && read?.state == transaction)
        }
        let deleted = try TransactionRecord.read(TransactionRecord.tombstone("x"))
        #expect(deleted?.id == "x" && deleted?.state == nil)
    }

    @Test("ids that are idle are found, open ones are not")
    func idle() {
        var (coordinator, identity) = coordinator()
        #expect(coordinator.idle(since: now.wall) == [])
        #expect(coordinator.idle(since: now.wall + 1) == ["id"])
        _ = coordinator.add("id", identity, partitions: [p0], now: now)
        #expect(coordinator.idle(since: now.wall + 1) == [])
        coordinator.forget(topic: "t")
        #expect(coordinator.transaction("id")?.partitions == [])
        coordinator.forget("id")
        #expect(coordinator.transaction("id") == nil)
    }
}
