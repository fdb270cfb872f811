import Testing

@testable import BrokerCore

/// Transactions that each have an epoch of their own (KIP-890).
@Suite struct OwnEpochTests {
    private let now = BrokerTime(wall: 1_000_000, monotonic: 1_000)
    private let p0 = TopicPartition(topic: "t", partition: 0)

    private func coordinator(epoch: Int16 = 0) -> TransactionCoordinator {
        var coordinator = TransactionCoordinator()
        coordinator.store(Transaction(id: "id", producerID: 10, epoch: epoch, timeoutMilliseconds: 60_000))
        return coordinator
    }

    private func producer(_ epoch: Int16, id: Int64 = 10) -> ProducerIdentity { .init(id: id, epoch: epoch) }

    /// Ends durably.
    private func end(_ coordinator: inout TransactionCoordinator, _ epoch: Int16, commit: Bool) throws {
        let decision = coordinator.end("id", producer(epoch), commit: commit, bumps: true, now: now)
        guard case .end(let ending) = decision else { throw Unexpected(decision: decision) }
        coordinator.ended(ending)
    }

    private struct Unexpected: Error { var decision: TransactionCoordinator.EndDecision }

    @Test(arguments: [true, false])
    func `A batch and a group's offsets begin it, and its end gives the next epoch`(commit: Bool) {
        var coordinator = coordinator()
        #expect(coordinator.admit("id", producer(0), to: p0, adds: true, now: now) == .none)
        #expect(coordinator.admit("id", producer(0), group: "g", adds: true, now: now) == .none)
        let ending = TransactionCoordinator.Ending(
            transactionalID: "id", producer: producer(1), commit: commit, partitions: [p0], groups: ["g"])
        #expect(coordinator.end("id", producer(0), commit: commit, bumps: true, now: now) == .end(ending))
        // Until that is durable nothing else goes; who asks again waits.
        #expect(coordinator.admit("id", producer(1), to: p0, adds: true, now: now) == .concurrentTransactions)
        #expect(
            coordinator.end("id", producer(0), commit: commit, bumps: true, now: now)
                == .refuse(.concurrentTransactions))
        #expect(
            coordinator.end("id", producer(0), commit: !commit, bumps: true, now: now) == .refuse(.invalidTxnState))
        coordinator.ended(ending)
        #expect(coordinator.transaction("id")?.phase == .completed(commit: commit))
        #expect(coordinator.transaction("id")?.producer == producer(1))
        // The answer was lost.
        #expect(coordinator.end("id", producer(0), commit: commit, bumps: true, now: now) == .alreadyDone)
        #expect(
            coordinator.end("id", producer(0), commit: !commit, bumps: true, now: now) == .refuse(.invalidTxnState))
        #expect(coordinator.admit("id", producer(1), to: p0, adds: true, now: now) == .none)
    }

    @Test func `What comes late is no part of the next transaction`() throws {
        var coordinator = coordinator()
        _ = coordinator.admit("id", producer(0), to: p0, adds: true, now: now)
        try end(&coordinator, 0, commit: true)
        #expect(coordinator.admit("id", producer(0), to: p0, adds: true, now: now) == .invalidProducerEpoch)
        #expect(coordinator.admit("id", producer(0), group: "g", adds: true, now: now) == .invalidProducerEpoch)
        #expect(coordinator.transaction("id")?.phase == .completed(commit: true))
        _ = coordinator.admit("id", producer(1), to: p0, adds: true, now: now)
        for commit in [true, false] {
            #expect(
                coordinator.end("id", producer(0), commit: commit, bumps: true, now: now) == .refuse(.producerFenced))
        }
        #expect(coordinator.transaction("id")?.phase == .ongoing)
    }

    @Test func `An abort of nothing is an end, a commit of nothing is refused`() throws {
        var coordinator = coordinator()
        #expect(
            coordinator.end("id", producer(0), commit: true, bumps: true, now: now) == .refuse(.invalidTxnState))
        try end(&coordinator, 0, commit: false)
        #expect(coordinator.transaction("id")?.producer == producer(1))
        try end(&coordinator, 1, commit: false)
        #expect(coordinator.transaction("id")?.producer == producer(2))
    }

    @Test func `When the epochs are used up, the markers have the last one and the producer gets another id`() {
        var coordinator = coordinator(epoch: .max - 1)
        _ = coordinator.admit("id", producer(.max - 1), to: p0, adds: true, now: now)
        #expect(
            coordinator.end("id", producer(.max - 1), commit: true, bumps: true, now: now) == .needsProducerID)
        #expect(coordinator.transaction("id")?.phase == .ongoing)
        let decision = coordinator.end(
            "id", producer(.max - 1), commit: true, bumps: true, newProducerID: 99, now: now)
        guard case .end(let ending) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(ending.producer == producer(.max))
        #expect(ending.successor == producer(0, id: 99))
        coordinator.ended(ending)
        #expect(coordinator.transaction("id")?.phase == .completed(commit: true))
        #expect(coordinator.end("id", producer(.max - 1), commit: true, bumps: true, now: now) == .alreadyDone)
        #expect(coordinator.transaction("id")?.producer == producer(0, id: 99))
        #expect(coordinator.transaction(ofProducer: 10) == nil)
        #expect(coordinator.admit("id", producer(0, id: 99), to: p0, adds: true, now: now) == .none)
    }

    @Test func `Nobody has the last epoch, not even who asks with it`() {
        var coordinator = coordinator(epoch: .max)
        #expect(coordinator.admit("id", producer(.max), to: p0, adds: true, now: now) == .invalidProducerEpoch)
        #expect(coordinator.add("id", producer(.max), partitions: [p0], now: now) == .producerFenced)
        #expect(
            coordinator.end("id", producer(.max), commit: false, bumps: true, now: now) == .refuse(.producerFenced))
    }

    @Test func `After a restart who has not got the answer gets it`() throws {
        var coordinator = coordinator(epoch: 4)
        _ = coordinator.admit("id", producer(4), to: p0, adds: true, now: now)
        try end(&coordinator, 4, commit: true)
        let transaction = try #require(coordinator.transaction("id"))
        let record = try TransactionRecord.read(TransactionRecord.record(transaction, outcome: true))
        var restarted = TransactionCoordinator()
        restarted.restore(try #require(record?.state))
        #expect(restarted.end("id", producer(4), commit: true, bumps: true, now: now) == .alreadyDone)
        #expect(restarted.end("id", producer(4), commit: false, bumps: true, now: now) == .refuse(.invalidTxnState))
        #expect(restarted.transaction("id")?.producer == producer(5))
        // A batch that comes late is refused still.
        #expect(restarted.admit("id", producer(4), to: p0, adds: true, now: now) == .invalidProducerEpoch)
    }

    @Test func `Who has not got the answer may also begin anew, once`() throws {
        var coordinator = coordinator()
        _ = coordinator.admit("id", producer(0), to: p0, adds: true, now: now)
        try end(&coordinator, 0, commit: false)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: producer(0), newProducerID: nil, now: now)
                == .initialize(producer(2), aborting: nil))
        _ = coordinator.admit("id", producer(2), to: p0, adds: true, now: now)
        #expect(
            coordinator.initialize("id", timeout: 1000, expected: producer(0), newProducerID: nil, now: now)
                == .refuse(.producerFenced))
    }
}
