import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct TransactionTests: TransactionSuite {
    @Test(arguments: [false, true])
    func aCommittedTransactionShowsRecordsAndOffsetsTogether(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func anAbortedTransactionShowsNothing(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func anEmptyTransactionAsksNobody(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func aNewerProducerFencesOffTheOlderOne(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func aRecordThatIsRefusedMakesTheTransactionOneToAbort(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func aMemberThatItsGroupLeftBehindCannotCommit(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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

    @Test(arguments: [false, true])
    func aCommitThatTakesTooLongGoesOnWhenItIsCalledAgain(ownEpochs: Bool) throws {
        let cluster = cluster(ownEpochs: ownEpochs)
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
}
