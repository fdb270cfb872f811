import KafkaProtocol

/// What is known of the cluster: its brokers, and the topics that somebody follows.
struct ClusterMetadata: Sendable {
    var brokers: [Int32: BrokerAddress] = [:]
    var controller: Int32?
    var clusterID: String?
    var topics: [String: TopicMetadata] = [:]
    /// Counts the answers.
    var update: UInt64 = 0

    /// Who leads a partition; nil where nobody does, as far as is known.
    func leader(_ topic: String, _ partition: Int32) -> PartitionLeader? {
        guard let found = topics[topic]?.partition(partition), found.leader >= 0 else { return nil }
        return PartitionLeader(broker: found.leader, epoch: found.leaderEpoch)
    }

    func name(of id: TopicID) -> String? {
        guard id != .none else { return nil }
        return topics.values.first { $0.id == id }?.name
    }
}

/// The broker that leads a partition.
struct PartitionLeader: Hashable, Sendable {
    var broker: Int32
    /// Goes up with each change of the leader; -1 where the broker does not tell.
    var epoch: Int32
}

/// A topic, as a broker describes it.
struct TopicMetadata: Hashable, Sendable {
    var name: String
    var id = TopicID.none
    var error = ErrorCode.none
    var isInternal = false
    /// In the order of their numbers, which may have gaps.
    var partitions: [PartitionMetadata] = []

    func partition(_ index: Int32) -> PartitionMetadata? {
        let place = Int(index)
        if partitions.indices.contains(place), partitions[place].index == index { return partitions[place] }
        return partitions.first { $0.index == index }
    }
}

/// A partition, as a broker describes it.
struct PartitionMetadata: Hashable, Sendable {
    var index: Int32
    var error = ErrorCode.none
    /// -1 for none.
    var leader: Int32 = -1
    var leaderEpoch: Int32 = -1
    var replicas: [Int32] = []
    var inSync: [Int32] = []
    var offline: [Int32] = []
}
