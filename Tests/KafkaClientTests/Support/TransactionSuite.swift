import KafkaProtocol

@testable import KafkaClient

/// What tests of transactions begin with.
protocol TransactionSuite {}

extension TransactionSuite {
    var place: TopicPartition { TopicPartition(topic: "in", partition: 0) }

    func cluster(
        seed: UInt64 = 1, ownEpochs: Bool = false, settings: (inout ClusterSettings) -> Void = { _ in }
    ) -> SimulatedCluster {
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        cluster.ownEpochs = ownEpochs
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        cluster.coordinators = ["txn": 1, "group": 2]
        return cluster
    }

    func producer(_ cluster: SimulatedCluster, seed: UInt64 = 1) -> SimulatedTransaction {
        SimulatedTransaction(SimulatedProducer(cluster, seed: seed) { $0.transactionalID = "txn" })
    }

    func values(_ cluster: SimulatedCluster, open: Bool = false) -> [[String]] {
        cluster.topics["t"]!.partitions.map { $0.values(countingOpen: open) }
    }
}
