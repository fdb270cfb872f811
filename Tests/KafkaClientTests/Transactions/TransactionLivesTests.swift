import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct TransactionLivesTests: TransactionSuite {
    /// Whatever happens: each transaction is seen whole or not at all, once, in order, and the offsets go with it.
    @Test(arguments: Seeds.first(50), [false, true])
    func noLifeTearsATransaction(_ seed: UInt64, ownEpochs: Bool) throws {
        let cluster = cluster(seed: seed, ownEpochs: ownEpochs) { $0.requestTimeoutMilliseconds = 2000 }
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
