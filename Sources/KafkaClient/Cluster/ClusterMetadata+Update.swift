import KafkaProtocol

extension ClusterMetadata {
    /// Takes over what a broker answered.
    ///
    /// A partition with an older leader epoch than is known keeps what is known (KIP-320): brokers hear of a new leader
    /// one after the other. A topic with another id is another topic, of which nothing is kept.
    ///
    /// - Parameter wanted: topics that are kept where the answer does not name them; nil where all were asked for.
    mutating func update(_ answer: MetadataResponse, wanted: Set<String>?) {
        update += 1
        clusterID = answer.clusterID ?? clusterID
        controller = answer.controllerID >= 0 ? answer.controllerID : nil
        if !answer.brokers.isEmpty {
            brokers = [:]
            for broker in answer.brokers {
                brokers[broker.nodeID] = BrokerAddress(host: broker.host, port: Int(broker.port))
            }
        }
        var kept = topics.filter { wanted?.contains($0.key) ?? false }
        for topic in answer.topics {
            guard let name = topic.name else { continue }
            kept[name] = TopicMetadata(name: name, topic, known: topics[name])
        }
        topics = kept
    }

    /// Whether something is missing that a little later may be there: a topic or a leader.
    func isIncomplete(_ wanted: Set<String>?) -> Bool {
        (wanted ?? []).contains { topics[$0]?.isComplete != true }
            || topics.values.contains { $0.error == .none && !$0.isComplete }
    }
}

extension TopicMetadata {
    fileprivate init(name: String, _ answer: MetadataResponse.Topic, known: TopicMetadata?) {
        self.name = name
        id = answer.topicID
        error = answer.errorCode
        isInternal = answer.isInternal
        let isSame =
            known != nil && (known?.id == answer.topicID || known?.id == TopicID.none || answer.topicID == .none)
        // An error says nothing of the partitions. What is known goes only with a topic that is gone.
        if answer.errorCode != .none, answer.errorCode.isRetriable, answer.errorCode != .unknownTopicOrPartition {
            partitions = isSame ? known?.partitions ?? [] : []
            if let known, isSame { id = known.id }
            return
        }
        partitions = answer.partitions.sorted { $0.partitionIndex < $1.partitionIndex }.map { partition in
            let new = PartitionMetadata(partition)
            guard isSame, let old = known?.partition(new.index), new.leaderEpoch >= 0,
                new.leaderEpoch < old.leaderEpoch
            else { return new }
            return old
        }
    }

    /// Every partition has a leader.
    var isComplete: Bool { error == .none && !partitions.isEmpty && partitions.allSatisfy { $0.leader >= 0 } }
}

extension PartitionMetadata {
    fileprivate init(_ answer: MetadataResponse.Partition) {
        index = answer.partitionIndex
        error = answer.errorCode
        leader = answer.errorCode == .leaderNotAvailable ? -1 : answer.leaderID
        leaderEpoch = answer.leaderEpoch
        replicas = answer.replicaNodes
        inSync = answer.isrNodes
        offline = answer.offlineReplicas
    }
}
