import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct TransactionTests {
    private let place = TopicPartition(topic: "in", partition: 0)

    private func cluster(seed: UInt64 = 1, settings: (inout ClusterSettings) -> Void = { _ in }) -> SimulatedCluster {
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        cluster.coordinators = ["txn": 1, "group": 2]
        return cluster
    }

    private func producer(_ cluster: SimulatedCluster, seed: UInt64 = 1) -> SimulatedTransaction {
        SimulatedTransaction(SimulatedProducer(cluster, seed: seed) { $0.transactionalID = "txn" })
    }

    private func values(_ cluster: SimulatedCluster, open: Bool = false) -> [[String]] {
        cluster.topics["t"]!.partitions.map { $0.values(countingOpen: open) }
    }

    @Test func aCommittedTransactionShowsRecordsAndOffsetsTogether() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        for partition in 0..<3 { try transaction.append("a\(partition)", Int32(partition)) }
        transaction.sendOffsets([place: 42])
        cluster.run(for: 1000)
        #expect(values(cluster) == [[], [], []])
        #expect(cluster.transactions.offsets["group"] == nil)
        try transaction.commit()
        #expect(values(cluster) == [["a0"], ["a1"], ["a2"]])
        #expect(cluster.transactions.offsets["group"] == [place: 42])
        #expect(transaction.core.state == .ready)
    }

    @Test func partitionsThatBeginTogetherAreAddedByOneRequest() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        cluster.call {
            for partition in Int32(0)..<3 {
                #expect(throws: Never.self) { try transaction.producer.append("a", to: "t", partition) }
            }
            transaction.producer.core.pump()
        }
        try transaction.commit()
        #expect(cluster.brokers[1].received[AddPartitionsToTxnRequest.api] == 1)
        #expect(cluster.brokers[1].received[EndTxnRequest.api] == 1)
    }

    @Test func anAbortedTransactionShowsNothing() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        for partition in 0..<3 { try transaction.append("a\(partition)", Int32(partition)) }
        transaction.sendOffsets([place: 42])
        cluster.run(for: 1000)
        try transaction.abort()
        #expect(values(cluster) == [[], [], []])
        #expect(cluster.transactions.offsets["group"] == nil)
        try transaction.begin()
        try transaction.append("b", 0)
        try transaction.commit()
        #expect(values(cluster) == [["b"], [], []])
    }

    @Test func anEmptyTransactionAsksNobody() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        try transaction.commit()
        try transaction.begin()
        try transaction.abort()
        #expect(cluster.brokers.allSatisfy { $0.received[EndTxnRequest.api] == nil })
    }

    @Test func callsOutOfTurnAreRefused() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        #expect(throws: ClientError.self) { try transaction.begin() }
        #expect(throws: ClientError.self) { try transaction.commit() }
        try transaction.initialize()
        #expect(throws: ClientError.self) { try transaction.commit() }
        #expect(throws: ClientError.self) { try transaction.abort() }
        try transaction.begin()
        let error = #expect(throws: ClientError.self) { try transaction.begin() }
        #expect(error?.code == .state)
        #expect(throws: ClientError.self) { try transaction.initialize() }
    }

    @Test func aNewerProducerFencesOffTheOlderOne() throws {
        let cluster = cluster()
        let old = producer(cluster)
        try old.initialize()
        try old.begin()
        try old.append("old", 0)
        cluster.run(for: 1000)
        let new = producer(cluster)
        try new.initialize()
        let error = #expect(throws: ClientError.self) { try old.commit() }
        #expect(error?.isFatal == true)
        #expect(throws: ClientError.self) { try old.begin() }
        try new.begin()
        try new.append("new", 0)
        try new.commit()
        #expect(values(cluster)[0] == ["new"])
    }

    @Test func aRecordThatIsRefusedMakesTheTransactionOneToAbort() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        cluster.brokers[0].errors[ProduceRequest.api] = [.invalidRecord]
        for partition in 0..<3 { try transaction.append("a\(partition)", Int32(partition)) }
        let error = #expect(throws: ClientError.self) { try transaction.commit() }
        #expect(error?.mustAbortTransaction == true)
        #expect(throws: ClientError.self) { try transaction.commit() }
        try transaction.abort()
        #expect(values(cluster) == [[], [], []])
        try transaction.begin()
        for partition in 0..<3 { try transaction.append("b\(partition)", Int32(partition)) }
        try transaction.commit()
        #expect(values(cluster) == [["b0"], ["b1"], ["b2"]])
    }

    @Test func aMemberThatItsGroupLeftBehindCannotCommit() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        try transaction.append("a", 0)
        cluster.brokers[2].errors[TxnOffsetCommitRequest.api] = [.illegalGeneration]
        transaction.sendOffsets([place: 1])
        let error = #expect(throws: ClientError.self) { try transaction.commit() }
        #expect(error?.mustAbortTransaction == true)
        #expect(error?.code == .init(.illegalGeneration))
        try transaction.abort()
        #expect(values(cluster)[0] == [])
    }

    @Test(arguments: [
        ErrorCode.concurrentTransactions, .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator,
    ])
    func errorsOfTheCoordinatorThatPassAreRepeated(_ error: ErrorCode) throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        let apis = [
            InitProducerIDRequest.api, AddPartitionsToTxnRequest.api, AddOffsetsToTxnRequest.api, EndTxnRequest.api,
        ]
        for api in apis { cluster.brokers[1].errors[api] = [error, error] }
        if error != .concurrentTransactions { cluster.brokers[2].errors[TxnOffsetCommitRequest.api] = [error, error] }
        try transaction.initialize()
        try transaction.begin()
        try transaction.append("a", 0)
        transaction.sendOffsets([place: 7])
        try transaction.commit()
        #expect(values(cluster)[0] == ["a"])
        #expect(cluster.transactions.offsets["group"] == [place: 7])
    }

    @Test(arguments: [ErrorCode.producerFenced, .invalidProducerEpoch, .transactionalIDAuthorizationFailed])
    func errorsOfTheCoordinatorThatStayEndTheProducer(_ error: ErrorCode) throws {
        for api in [AddPartitionsToTxnRequest.api, EndTxnRequest.api] {
            let cluster = cluster()
            let transaction = producer(cluster)
            try transaction.initialize()
            try transaction.begin()
            cluster.brokers[1].errors[api] = [error]
            try transaction.append("a", 0)
            let thrown = #expect(throws: ClientError.self) { try transaction.commit() }
            #expect(thrown?.isFatal == true)
            #expect(values(cluster)[0] == [])
        }
    }

    @Test func aCommitThatTakesTooLongGoesOnWhenItIsCalledAgain() throws {
        let cluster = cluster()
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        try transaction.append("a", 0)
        cluster.run(for: 1000)
        cluster.brokers[1].errors[EndTxnRequest.api] = Array(repeating: .concurrentTransactions, count: 300)
        let error = #expect(throws: ClientError.self) { try transaction.commit(within: 1000) }
        #expect(error?.isRetriable == true)
        #expect(throws: ClientError.self) { try transaction.abort() }
        try transaction.commit()
        #expect(values(cluster)[0] == ["a"])
    }

    /// Whatever happens: each transaction is seen whole or not at all, once, in order, and the offsets go with it.
    @Test(arguments: Seeds.first(50))
    func noLifeTearsATransaction(_ seed: UInt64) throws {
        let cluster = cluster(seed: seed) { $0.requestTimeoutMilliseconds = 2000 }
        var transaction = producer(cluster, seed: seed)
        try transaction.initialize()
        cluster.network = .init(
            latency: 1...Int64.random(in: 1...20, using: &cluster.generator),
            lostRequests: Int.random(in: 0...60, using: &cluster.generator),
            lostAnswers: Int.random(in: 0...60, using: &cluster.generator))
        var committed: [[String]] = [[], [], []]
        for round in 0..<25 {
            var isCommitted = false
            while !isCommitted {
                try transaction.begin()
                var records: [[String]] = [[], [], []]
                for step in 0..<Int.random(in: 1...5, using: &cluster.generator) {
                    for partition in 0..<3 where Bool.random(using: &cluster.generator) {
                        // An attempt may be repeated, so its number in the partition makes the value unique.
                        let value = "\(round).\(step).\(partition)"
                        try transaction.append(value, Int32(partition))
                        records[partition].append(value)
                    }
                    cluster.run(for: Int64.random(in: 0...30, using: &cluster.generator))
                    harm(cluster)
                }
                transaction.sendOffsets([place: Int64(round + 1)])
                do {
                    if Int.random(in: 0..<5, using: &cluster.generator) == 0 {
                        try transaction.abort()
                        continue
                    }
                    try transaction.commit()
                    isCommitted = true
                    for partition in 0..<3 { committed[partition] += records[partition] }
                } catch {
                    if error.isFatal {
                        // Only the new epoch after a lost answer can have fenced it off. Another one takes its place.
                        transaction = producer(cluster, seed: seed + UInt64(round))
                        try transaction.initialize()
                        let reached = cluster.transactions.offsets["group"]?[place] == Int64(round + 1)
                        #expect(!reached, "a transaction was committed although its producer heard of a fatal error")
                        continue
                    }
                    try transaction.abort()
                }
            }
            #expect(cluster.transactions.offsets["group"]?[place] == Int64(round + 1))
            #expect(values(cluster) == committed)
        }
    }

    private func harm(_ cluster: SimulatedCluster) {
        let broker = cluster.brokers.randomElement(using: &cluster.generator)!
        switch Int.random(in: 0..<10, using: &cluster.generator) {
        case 0: cluster.moveLeader("t", Int.random(in: 0..<3, using: &cluster.generator), to: broker.id)
        case 1: cluster.cut(broker)
        case 2: cluster.coordinators["txn"] = broker.id
        case 3: cluster.coordinators["group"] = broker.id
        case 4:
            let api = [
                AddPartitionsToTxnRequest.api, AddOffsetsToTxnRequest.api, EndTxnRequest.api, ProduceRequest.api,
                TxnOffsetCommitRequest.api,
            ].randomElement(using: &cluster.generator)!
            let error: ErrorCode = api == ProduceRequest.api ? .notEnoughReplicas : .coordinatorLoadInProgress
            broker.errors[api, default: []].append(error)
        case 5:
            if Int.random(in: 0..<4, using: &cluster.generator) == 0 {
                broker.errors[ProduceRequest.api, default: []].append(.invalidRecord)
            }
        default: break
        }
    }
}
