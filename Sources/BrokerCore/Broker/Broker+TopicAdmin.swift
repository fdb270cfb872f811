import BrokerStorage
import KafkaProtocol

/// Creating, deleting and growing topics, and deleting records, as admin clients ask.
extension Broker {
    func createTopics(_ context: RequestContext, _ request: CreateTopicsRequest) {
        var response = CreateTopicsResponse()
        var seen: Set<String> = []
        for wanted in request.topics {
            var answer = CreateTopicsResult { $0.name = wanted.name }
            do {
                let isRepeated = !seen.insert(wanted.name).inserted
                try check(wanted, isRepeated: isRepeated)
                let configs = wanted.configs.reduce(into: [String: String]()) { $0[$1.name] = $1.value }
                let partitions = partitionCount(of: wanted)
                if !request.validateOnly { createTopic(wanted.name, partitions: partitions, configs: configs) }
                answer.topicID = topics[wanted.name].map(topicID) ?? .none
                answer.numPartitions = partitions
                answer.replicationFactor = 1
                let resolved = TopicConfig.resolve(configs, defaults: settings.log)
                answer.configs = TopicConfig.definitions.map { definition in
                    .init {
                        $0.name = definition.name
                        $0.value = configs[definition.name] ?? definition.read(resolved)
                        $0.readOnly = false
                        $0.configSource =
                            configs[definition.name] == nil ? defaultSource(of: definition) : ConfigSource.topic
                    }
                }
            } catch {
                answer.errorCode = error.code
                answer.errorMessage = error.message
            }
            response.results.append(answer)
        }
        respondWhenDurable(context, response)
    }

    private func partitionCount(of wanted: CreateTopicsRequest.Topic) -> Int32 {
        if !wanted.assignments.isEmpty { return Int32(wanted.assignments.count) }
        return wanted.numPartitions == -1 ? settings.defaultPartitions : wanted.numPartitions
    }

    private func check(_ wanted: CreateTopicsRequest.Topic, isRepeated: Bool) throws(Refusal) {
        if isRepeated { throw Refusal(.invalidRequest, "topic \"\(wanted.name)\" is in the request more than once") }
        if topics[wanted.name] != nil { throw Refusal(.topicAlreadyExists, "topic \"\(wanted.name)\" already exists") }
        if let problem = TopicName.problem(with: wanted.name) ?? collision(of: wanted.name) {
            throw Refusal(.invalidTopicException, problem)
        }
        if wanted.assignments.isEmpty {
            let count = wanted.numPartitions
            guard count == -1 || (1...settings.maximumPartitions).contains(count) else {
                throw Refusal(
                    .invalidPartitions, "a topic has 1 to \(settings.maximumPartitions) partitions, not \(count)")
            }
            guard wanted.replicationFactor == -1 || wanted.replicationFactor == 1 else {
                throw Refusal(
                    .invalidReplicationFactor,
                    "this broker is the only one: the replication factor must be 1, not \(wanted.replicationFactor)"
                )
            }
        } else {
            guard wanted.numPartitions == -1, wanted.replicationFactor == -1 else {
                throw Refusal(
                    .invalidRequest,
                    "either the partitions are assigned to nodes, or their number and the replication factor are given"
                )
            }
            let numbers = wanted.assignments.map(\.partitionIndex).sorted()
            let isValid =
                numbers == Array(0..<Int32(numbers.count))
                && wanted.assignments.allSatisfy { $0.brokerIDs == [settings.nodeID] }
            guard isValid else {
                throw Refusal(
                    .invalidReplicaAssignment, "every partition can be assigned to node \(settings.nodeID) only")
            }
        }
        for config in wanted.configs {
            guard let value = config.value else { throw Refusal(.invalidConfig, "\(config.name) has no value") }
            if let problem = TopicConfig.problem(name: config.name, value: value) {
                throw Refusal(.invalidConfig, problem)
            }
        }
    }

    /// Why a topic cannot have this name beside those that there are, nil if it can.
    func collision(of name: String) -> String? {
        guard let other = topics.keys.first(where: { TopicName.collide($0, name) }) else { return nil }
        return
            "topic \"\(name)\" collides with \"\(other)\": a dot and an underscore are the same in the names of metrics"
    }

    /// The topic, if it can be changed or deleted.
    func changeableTopic(_ name: String) throws(Refusal) -> TopicState {
        guard let state = topics[name] else {
            throw Refusal(.unknownTopicOrPartition, "there is no topic \"\(name)\"")
        }
        guard !state.isInternal else {
            throw Refusal(.invalidTopicException, "\"\(name)\" is the broker's own and cannot be changed")
        }
        return state
    }

    func deleteTopics(_ context: RequestContext, _ request: DeleteTopicsRequest) {
        var response = DeleteTopicsResponse()
        let byName = request.topicNames.map { name in DeleteTopicsRequest.Topic { $0.name = name } }
        response.results = (request.topics + byName).map { topic in delete(topic) }
        respondWhenDurable(context, response)
    }

    private func delete(_ wanted: DeleteTopicsRequest.Topic) -> DeleteTopicsResult {
        var answer = DeleteTopicsResult {
            $0.name = wanted.name
            $0.topicID = wanted.topicID
        }
        do throws(Refusal) {
            guard (wanted.topicID != .none) != (wanted.name != nil) else {
                throw Refusal(
                    .invalidRequest, "a topic is deleted by its name or by its id, not by both and not by neither")
            }
            guard let name = wanted.name ?? topicName(wanted.topicID) else {
                throw Refusal(.unknownTopicID, "no topic has this id")
            }
            answer.name = name
            answer.topicID = topicID(try changeableTopic(name))
            deleteTopic(name)
            transactions.forget(topic: name)
            topicDeleted(name)
        } catch {
            answer.errorCode = error.code
            answer.errorMessage = error.message
        }
        return answer
    }

    func createPartitions(_ context: RequestContext, _ request: CreatePartitionsRequest) {
        var response = CreatePartitionsResponse()
        var seen: Set<String> = []
        for wanted in request.topics {
            var result = CreatePartitionsResponse.Result { $0.name = wanted.name }
            do {
                let isRepeated = !seen.insert(wanted.name).inserted
                try checkGrowth(wanted, isRepeated: isRepeated)
                if !request.validateOnly { addPartitions(to: wanted.name, count: wanted.count) }
            } catch {
                result.errorCode = error.code
                result.errorMessage = error.message
            }
            response.results.append(result)
        }
        respondWhenDurable(context, response)
    }

    private func checkGrowth(_ wanted: CreatePartitionsRequest.Topic, isRepeated: Bool) throws(Refusal) {
        if isRepeated { throw Refusal(.invalidRequest, "topic \"\(wanted.name)\" is in the request more than once") }
        let present = try changeableTopic(wanted.name).partitions.count
        guard wanted.count > present, wanted.count <= settings.maximumPartitions else {
            throw Refusal(
                .invalidPartitions,
                "topic \"\(wanted.name)\" has \(present) partitions; it can only get more, up to \(settings.maximumPartitions)"
            )
        }
        guard let assignments = wanted.assignments else { return }
        guard assignments.count == Int(wanted.count) - present,
            assignments.allSatisfy({ $0.brokerIDs == [settings.nodeID] })
        else {
            throw Refusal(
                .invalidReplicaAssignment, "every new partition can be assigned to node \(settings.nodeID) only")
        }
    }

    func deleteRecords(_ context: RequestContext, _ request: DeleteRecordsRequest) {
        var response = DeleteRecordsResponse()
        response.topics = request.topics.mapPartitions { deleteRecords($0, $1) }
        respondWhenDurable(context, response)
    }

    private func deleteRecords(_ topic: String, _ wanted: DeleteRecordsRequest.Partition) -> DeleteRecordsResult {
        var answer = DeleteRecordsResult {
            $0.partitionIndex = wanted.partitionIndex
            $0.lowWatermark = -1
        }
        guard let log = partition(topic, wanted.partitionIndex) else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        guard log.config.deletes else {
            answer.errorCode = .policyViolation
            return answer
        }
        let offset = wanted.offset == -1 ? log.highWatermark : wanted.offset
        guard offset >= 0, offset <= log.highWatermark else {
            answer.errorCode = .offsetOutOfRange
            return answer
        }
        noteDeletion(of: log, before: offset)
        moveStart(of: log, to: offset)
        answer.lowWatermark = log.startOffset
        return answer
    }

    /// Moves a log's start forward; files that fall out of it are deleted once that is durable.
    func moveStart(of log: PartitionLog, to offset: Int64) {
        let before = log.startOffset
        let removed = log.moveStart(to: offset, now: now.wall)
        if log.startOffset > before {
            commits.pending.add(.startOffset, logID: log.id, offset: log.startOffset)
            fetches.advanced.append(log)
        }
        if !removed.isEmpty { whenDurable(.deleteSegments(removed, log)) }
    }

    func delete(_ segments: [Segment], of log: PartitionLog) {
        let steps = segments.flatMap { segment -> [StorageStep] in
            [
                .delete(file: SegmentName.log(segment.baseOffset, in: log.directory)),
                .delete(file: SegmentName.index(segment.baseOffset, in: log.directory)),
            ]
        }
        // Behind the reads and writes of these files that are under way.
        perform(.files, steps, then: .note(.warning, "an old segment could not be deleted"))
    }
}
