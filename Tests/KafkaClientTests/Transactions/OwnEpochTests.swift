import KafkaProtocol
import Testing

@testable import KafkaClient

/// Transactions that each have an epoch of their own (KIP-890).
@Suite struct OwnEpochTests: TransactionSuite {
    /// Where the cluster has agreed on it, nothing is added beforehand, and each end gives the next epoch.
    @Test func transactionsWithEpochsOfTheirOwnTakeThreeRequests() throws {
        let cluster = cluster(ownEpochs: true)
        let transaction = producer(cluster)
        try transaction.initialize()
        let first = transaction.core.identity
        for round in 0..<3 {
            try transaction.begin()
            try transaction.append("a", 0)
            transaction.sendOffsets([place: Int64(round)])
            try transaction.commit()
        }
        #expect(values(cluster)[0] == ["a", "a", "a"])
        #expect(transaction.core.identity == (first.id, first.epoch + 3))
        func received(_ api: API) -> Int { cluster.brokers.reduce(0) { $0 + ($1.received[api] ?? 0) } }
        #expect(received(ProduceRequest.api) == 3)
        #expect(received(TxnOffsetCommitRequest.api) == 3)
        #expect(received(EndTxnRequest.api) == 3)
        #expect(received(InitProducerIDRequest.api) == 1)
        #expect(received(AddPartitionsToTxnRequest.api) + received(AddOffsetsToTxnRequest.api) == 0)
    }

    @Test func anAbortGivesTheNextEpochAfterAFailureToo() throws {
        let cluster = cluster(ownEpochs: true)
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        cluster.brokers[0].errors[ProduceRequest.api] = [.invalidRecord]
        try transaction.append("a", 0)
        #expect(throws: ClientError.self) { try transaction.commit() }
        try transaction.abort()
        try transaction.begin()
        try transaction.append("b", 0)
        try transaction.commit()
        #expect(values(cluster)[0] == ["b"])
        #expect(cluster.brokers[1].received[InitProducerIDRequest.api] == 1)
    }

    /// The end of the last transaction is still under way when the next one begins.
    @Test func aBatchIsRepeatedWhileTheLastTransactionEnds() throws {
        let cluster = cluster(ownEpochs: true)
        let transaction = producer(cluster)
        try transaction.initialize()
        try transaction.begin()
        cluster.brokers[0].errors[ProduceRequest.api] = [.concurrentTransactions, .concurrentTransactions]
        try transaction.append("a", 0)
        let began = cluster.time.monotonic
        try transaction.commit()
        #expect(values(cluster)[0] == ["a"])
        #expect(cluster.time.monotonic - began < 100)
    }
}
