import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct ProducerCoreTests {
    private func cluster(
        partitions: Int = 3, seed: UInt64 = 1, settings: (inout ClusterSettings) -> Void = { _ in }
    ) -> SimulatedCluster {
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        cluster.topics["t"] = SimulatedTopic(partitions: partitions, brokers: cluster.brokers)
        return cluster
    }

    /// Appends records over time, `perStep` to each partition, until there are `count` of each.
    private func produce(_ producer: SimulatedProducer, count: Int, partitions: Int = 3, perStep: Int = 3) {
        var number = 0
        while number < count {
            producer.cluster.call {
                for _ in 0..<min(perStep, count - number) {
                    for partition in 0..<partitions {
                        let place = TopicPartition(topic: "t", partition: Int32(partition))
                        let value = "\(partition)/\(producer.appended[place]?.count ?? 0)"
                        #expect(throws: Never.self) { try producer.append(value, to: "t", Int32(partition)) }
                    }
                    number += 1
                }
                producer.core.pump()
            }
            producer.cluster.run(for: 1)
        }
    }

    private func flush(_ producer: SimulatedProducer, within limit: Int64 = 600_000) -> Bool {
        var isDone = false
        producer.cluster.call { producer.core.flush { isDone = true } }
        return producer.cluster.run(for: limit, until: { isDone })
    }

    /// Every record once and in order, and nothing else.
    private func expectExact(_ producer: SimulatedProducer, partitions: Int = 3) {
        #expect(producer.open == 0)
        #expect(producer.failureCount == 0)
        for partition in 0..<partitions {
            let place = TopicPartition(topic: "t", partition: Int32(partition))
            let log = producer.cluster.topics["t"]!.partitions[partition].values()
            #expect(log == producer.appended[place] ?? [])
            #expect(producer.acknowledged[place] ?? [] == producer.appended[place] ?? [])
        }
        #expect(producer.usedBytes == 0)
    }

    @Test func recordsAreWrittenInOrderAndAcknowledgedWithTheirOffsets() {
        let producer = SimulatedProducer(cluster())
        produce(producer, count: 100)
        #expect(flush(producer))
        expectExact(producer)
        let offsets = producer.offsets[TopicPartition(topic: "t", partition: 0)] ?? []
        #expect(offsets == offsets.sorted())
    }

    @Test func severalBatchesAreOnTheirWayAtOnceAndNotMoreThanFive() {
        let cluster = cluster(partitions: 1)
        cluster.network.latency = 50...50
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 1, partitions: 1)
        #expect(flush(producer))
        let before = cluster.brokers[0].received[ProduceRequest.api] ?? 0
        produce(producer, count: 200, partitions: 1, perStep: 50)
        cluster.run(for: 60)
        #expect((cluster.brokers[0].received[ProduceRequest.api] ?? 0) - before == 5)
        #expect(flush(producer))
    }

    @Test(arguments: [
        ErrorCode.notLeaderOrFollower, .notEnoughReplicas, .leaderNotAvailable, .kafkaStorageError, .requestTimedOut,
        .corruptMessage, .unknownTopicOrPartition, .networkException, .notEnoughReplicasAfterAppend,
        .fencedLeaderEpoch, .unknownLeaderEpoch, .replicaNotAvailable,
    ])
    func anErrorThatPassesIsRetriedInOrder(_ error: ErrorCode) {
        let cluster = cluster()
        for broker in cluster.brokers { broker.errors[ProduceRequest.api] = [.none, error, error, .none, error] }
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 100)
        #expect(flush(producer))
        expectExact(producer)
    }

    @Test func aLostAnswerDoesNotDoubleItsRecords() {
        let cluster = cluster()
        cluster.network.lostAnswers = 200
        cluster.network.lostRequests = 100
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 200)
        cluster.network = .init()
        #expect(flush(producer))
        expectExact(producer)
    }

    @Test func aLeaderThatMovesIsFollowed() {
        let cluster = cluster()
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 50)
        cluster.moveLeader("t", 0, to: 2)
        cluster.moveLeader("t", 1, to: 0)
        produce(producer, count: 50)
        #expect(flush(producer))
        expectExact(producer)
        #expect(cluster.topics["t"]!.partitions[0].producers.count == 1)
    }

    @Test func aBrokerThatStopsAndComesBackLosesNothing() {
        let cluster = cluster()
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 20)
        cluster.stop(cluster.brokers[1])
        produce(producer, count: 20)
        cluster.run(for: 10_000)
        cluster.brokers[1].isUp = true
        #expect(flush(producer))
        expectExact(producer)
    }

    @Test func aBrokerThatForgotTheProducerMakesItGoOnInANewEpoch() {
        let cluster = cluster(partitions: 1)
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 20, partitions: 1)
        #expect(flush(producer))
        // As after an unclean election: the log is there, but the producer's newest sequence is an older one.
        let id = cluster.topics["t"]!.partitions[0].producers.keys.first!
        cluster.topics["t"]!.partitions[0].producers[id]!.recent.removeLast(2)
        produce(producer, count: 20, partitions: 1)
        #expect(flush(producer))
        expectExact(producer, partitions: 1)
        #expect(cluster.topics["t"]!.partitions[0].producers[id]?.epoch == 1)
    }

    @Test func otherPartitionsBeginAtSequenceZeroInANewEpochToo() {
        let cluster = cluster()
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 20)
        #expect(flush(producer))
        let id = cluster.topics["t"]!.partitions[0].producers.keys.first!
        cluster.topics["t"]!.partitions[0].producers[id]!.recent.removeLast(2)
        produce(producer, count: 50)
        #expect(flush(producer))
        expectExact(producer)
        for partition in cluster.topics["t"]!.partitions { #expect(partition.producers[id]?.epoch == 1) }
    }

    @Test func aBatchThatIsRefusedFailsAloneAndThoseBehindItAreWritten() {
        let cluster = cluster(partitions: 1)
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 3, partitions: 1)
        #expect(flush(producer))
        cluster.brokers[0].errors[ProduceRequest.api] = [.invalidRecord]
        produce(producer, count: 60, partitions: 1, perStep: 30)
        #expect(flush(producer))
        let place = TopicPartition(topic: "t", partition: 0)
        let failed = producer.failed[place] ?? []
        #expect(!failed.isEmpty)
        #expect(failed.allSatisfy { !$0.failure.mayBeWritten && $0.failure.error.code == .init(.invalidRecord) })
        let refused = Set(failed.map(\.value))
        let log = cluster.topics["t"]!.partitions[0].values()
        #expect(log == (producer.acknowledged[place] ?? []))
        #expect(log.count + failed.count == 63)
        #expect(refused.isDisjoint(with: log))
    }

    @Test func whatIsNotAcknowledgedInTimeIsReportedWithWhetherItMayBeThere() {
        let cluster = cluster(partitions: 1)
        let producer = SimulatedProducer(cluster) { $0.deliveryTimeoutMilliseconds = 5000 }
        produce(producer, count: 1, partitions: 1)
        #expect(flush(producer))
        cluster.brokers[0].isSilent = true
        let start = cluster.time.monotonic
        produce(producer, count: 100, partitions: 1, perStep: 100)
        #expect(flush(producer))
        #expect(cluster.time.monotonic - start <= 5200)
        let failed = producer.failed[TopicPartition(topic: "t", partition: 0)] ?? []
        #expect(failed.count == 100)
        #expect(failed.first?.failure.mayBeWritten == true)
        #expect(failed.last?.failure.mayBeWritten == false)
        #expect(failed.allSatisfy { $0.failure.error.code == .deliveryTimedOut })
        // It goes on when the broker does, once the silent connection was given up.
        cluster.brokers[0].isSilent = false
        cluster.run(for: 60_000)
        produce(producer, count: 5, partitions: 1)
        #expect(flush(producer))
        #expect(producer.acknowledged[TopicPartition(topic: "t", partition: 0)]?.count == 6)
    }

    @Test func aFencedProducerEndsEverything() {
        let cluster = cluster()
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 5)
        #expect(flush(producer))
        cluster.brokers[0].errors[ProduceRequest.api] = [.producerFenced]
        produce(producer, count: 5)
        #expect(flush(producer))
        #expect(producer.open == 0)
        #expect(producer.core.failure?.isFatal == true)
    }

    @Test func withoutIdempotenceTheOrderIsKeptToo() {
        let cluster = cluster()
        for broker in cluster.brokers {
            broker.errors[ProduceRequest.api] = [.notEnoughReplicas, .none, .notEnoughReplicas]
        }
        let producer = SimulatedProducer(cluster) { $0.isIdempotent = false }
        produce(producer, count: 100)
        #expect(flush(producer))
        expectExact(producer)
        #expect(cluster.brokers.allSatisfy { $0.received[InitProducerIDRequest.api] == nil })
    }

    @Test func theProducerIdIsAskedForUntilItComes() {
        let cluster = cluster()
        for broker in cluster.brokers {
            broker.errors[InitProducerIDRequest.api] = [.coordinatorLoadInProgress, .notCoordinator]
        }
        let producer = SimulatedProducer(cluster)
        produce(producer, count: 5)
        #expect(flush(producer))
        expectExact(producer)
    }

    /// Whatever happens to connections, answers and leaders: each record once, in order.
    @Test(arguments: Seeds.first(50))
    func noLifeLosesDoublesOrReordersARecord(_ seed: UInt64) {
        let cluster = cluster(seed: seed) { $0.requestTimeoutMilliseconds = 2000 }
        let producer = SimulatedProducer(cluster, seed: seed) { $0.deliveryTimeoutMilliseconds = 10_000_000 }
        cluster.network = .init(
            latency: 1...Int64.random(in: 1...20, using: &cluster.generator),
            lostRequests: Int.random(in: 0...100, using: &cluster.generator),
            lostAnswers: Int.random(in: 0...100, using: &cluster.generator))
        for _ in 0..<40 {
            produce(producer, count: Int.random(in: 1...10, using: &cluster.generator))
            cluster.run(for: Int64.random(in: 0...100, using: &cluster.generator))
            harm(cluster)
        }
        cluster.network = .init()
        for broker in cluster.brokers {
            (broker.isUp, broker.isSilent) = (true, false)
            broker.errors = [:]
        }
        #expect(flush(producer))
        expectExact(producer)
    }

    private func harm(_ cluster: SimulatedCluster) {
        let broker = cluster.brokers.randomElement(using: &cluster.generator)!
        switch Int.random(in: 0..<10, using: &cluster.generator) {
        case 0: cluster.moveLeader("t", Int.random(in: 0..<3, using: &cluster.generator), to: broker.id)
        case 1: cluster.cut(broker)
        case 2: if cluster.brokers.filter(\.isUp).count > 1 { cluster.stop(broker) }
        case 3, 4: for broker in cluster.brokers { broker.isUp = true }
        case 5: broker.isSilent = Bool.random(using: &cluster.generator)
        case 6: for broker in cluster.brokers { broker.isSilent = false }
        case 7:
            let error = [ErrorCode.notEnoughReplicas, .requestTimedOut, .notLeaderOrFollower, .corruptMessage]
                .randomElement(using: &cluster.generator)!
            broker.errors[ProduceRequest.api, default: []].append(error)
        default: break
        }
    }
}
