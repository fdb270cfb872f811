import KafkaProtocol

/// A topic that clients may use.
struct TopicState {
    var name: String
    /// By partition number.
    var partitions: [PartitionLog]
    /// Only what was set.
    var configs: [String: String]
    /// The broker's own, which clients may read and nothing else.
    var isInternal = false
}

/// Making, changing and deleting topics.
extension Broker {
    func partition(_ topic: String, _ index: Int32) -> PartitionLog? {
        guard let state = topics[topic], index >= 0, index < state.partitions.count else { return nil }
        return state.partitions[Int(index)]
    }

    func topicID(_ state: TopicState) -> TopicID {
        state.partitions.first.map { TopicID(cluster: metadata.clusterID, firstLog: $0.id) } ?? .none
    }

    package func hasTopic(_ name: String) -> Bool { topics[name] != nil }

    /// The name of the topic that has this id now; nil if it is another cluster's or deleted.
    package func topicName(_ id: TopicID) -> String? {
        guard let log = id.firstLog(cluster: metadata.clusterID).flatMap({ logs[$0] }), log.partition == 0 else {
            return nil
        }
        return topics[log.topic].map(topicID) == id ? log.topic : nil
    }

    /// Makes the logs of a topic usable; those that recovery did not bring are new.
    func install(_ topic: MetadataState.Topic) {
        let config = TopicConfig.resolve(topic.configs, defaults: settings.log)
        let partitions = topic.logs.enumerated().map { index, id in
            let log =
                logs[id]
                ?? PartitionLog(
                    id: id, topic: topic.name, partition: Int32(index),
                    directory: TopicName.directory(topic.name, partition: Int32(index), log: id), config: config,
                    createdAt: now.wall)
            log.config = config
            logs[id] = log
            return log
        }
        topics[topic.name] = TopicState(name: topic.name, partitions: partitions, configs: topic.configs)
    }

    /// Shows clients what Kafka shows them of the broker's own logs: the committed offsets, in Kafka's own format.
    func installInternalTopics() {
        let name = InternalLog.offsets.name
        guard let log = logs[InternalLog.offsets.rawValue] else { return }
        topics[name] = TopicState(
            name: name, partitions: [log],
            configs: ["cleanup.policy": "compact", "segment.bytes": "\(log.config.segmentBytes)"], isInternal: true)
    }

    /// Applies changes to the metadata and appends them to its log.
    func change(_ changes: [MetadataChange]) {
        for change in changes { metadata.apply(change) }
        append(changes.map(\.record), to: .metadata)
    }

    /// Makes a topic. It is usable at once; ``whenDurable(_:)`` tells when it is safe to say so.
    func createTopic(_ name: String, partitions: Int32, configs: [String: String] = [:]) {
        let first = metadata.nextLogID
        let topic = MetadataState.Topic(
            name: name, logs: (0..<LogID(partitions)).map { first + $0 }, configs: configs)
        change([.setTopic(topic), .setNextLogID(first + LogID(partitions))])
        install(topic)
        note(.info, "topic \(name) created with \(partitions) partitions")
    }

    func addPartitions(to name: String, count: Int32) {
        guard var topic = metadata.topics[name] else { return }
        let first = metadata.nextLogID
        let added = LogID(Int(count) - topic.logs.count)
        topic.logs += (0..<added).map { first + $0 }
        change([.setTopic(topic), .setNextLogID(first + added)])
        install(topic)
    }

    func setConfigs(of name: String, to configs: [String: String]) {
        guard var topic = metadata.topics[name] else { return }
        topic.configs = configs
        change([.setTopic(topic)])
        install(topic)
    }

    /// Deletes a topic: nobody can use it any more, and its files go once the deletion itself is durable.
    func deleteTopic(_ name: String) {
        guard let state = topics.removeValue(forKey: name) else { return }
        change([.deleteTopic(name)])
        for log in state.partitions { uninstall(log) }
        let directories = state.partitions.map(\.directory)
        whenDurable(
            .removeTopic(name, directories: directories, isInCheckpoint: checkpoints.beginDeletion()))
        note(.info, "topic \(name) deleted")
    }

    /// The deletion of a topic is durable.
    func removeFiles(ofTopic name: String, _ directories: [String], isInCheckpoint: Bool) {
        if isInCheckpoint {
            checkpoints.deletionIsDurable()
            advanceCheckpoint()
        }
        // The journal may still write to these files in a flush that is under way, so the deletion queues behind it.
        perform(
            .files, directories.map { .deleteDirectory($0) },
            then: .note(
                .warning, "files of the deleted topic \(name) could not be removed, the next start removes them"))
    }

    private func uninstall(_ log: PartitionLog) {
        logs[log.id] = nil
        log.isDeleted = true
        flushes.forget(log.id)
        tails.drop(log)
        fetches.advanced.append(log)
    }

    /// The partition, made with its topic if that may be.
    func autoCreate(_ name: String) -> ErrorCode {
        guard topics[name] == nil else { return .none }
        guard settings.autoCreatesTopics else { return .unknownTopicOrPartition }
        guard TopicName.problem(with: name) == nil, collision(of: name) == nil else { return .invalidTopicException }
        createTopic(name, partitions: settings.defaultPartitions)
        return .none
    }
}
