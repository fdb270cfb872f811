import KafkaProtocol

/// The cluster and what is in it.
extension AdminCore {
    /// Asks a broker for the cluster, and for the topics of these names, or all. Topics are not created by it.
    func describe(topics names: [String]?, until deadline: Int64, then done: @escaping Done<ClusterDescription>) {
        let request = MetadataRequest {
            $0.topics = names?.map { name in .init { $0.name = name } }
            $0.allowAutoTopicCreation = false
        }
        ask(request, .anyBroker, deadline, "describing the cluster") { result in
            done(result.map(ClusterDescription.init))
        }
    }

    /// Offsets of partitions by time; nil where no record has such a time.
    func offsets(
        _ times: [TopicPartition: OffsetTime], isolation: IsolationLevel, until deadline: Int64,
        then done: @escaping Done<[TopicPartition: Int64?]>
    ) {
        OffsetQuery.start(
            times.mapValues(\.listed), isolation: isolation, clientID: clientID, deadline: deadline, access
        ) { results in
            var offsets: [TopicPartition: Int64?] = [:]
            for (place, result) in results.sorted(by: { $0.key < $1.key }) {
                switch result {
                case .success(let listed): offsets[place] = .some(listed.offset >= 0 ? listed.offset : nil)
                case .failure(let error): return done(.failure(error))
                }
            }
            done(.success(offsets))
        }
    }

    /// Deletes the records before these offsets permanently. Hands over the oldest offsets after that.
    ///
    /// - Parameter offsets: -1 for all records up to the high watermark.
    func deleteRecords(
        before offsets: [TopicPartition: Int64], until deadline: Int64,
        then done: @escaping Done<[TopicPartition: Int64]>
    ) {
        // The leaders have to be known, and a query for the beginnings finds them, through elections if need be.
        let follower = access.follow(.named(Set(offsets.keys.map(\.topic)))) {}
        let done: Done<[TopicPartition: Int64]> = { [access] result in
            access.unfollow(follower)
            done(result)
        }
        self.offsets(offsets.mapValues { _ in .beginning }, isolation: .readUncommitted, until: deadline) {
            [self] result in
            if case .failure(let error) = result { return done(.failure(error)) }
            var byLeader: [Int32: [TopicPartition]] = [:]
            for place in offsets.keys.sorted() {
                guard let leader = access.metadata.leader(place.topic, place.partition)?.broker else {
                    return done(.failure(ClientError(.leaderNotAvailable, "no leader is known", context: "\(place)")))
                }
                byLeader[leader, default: []].append(place)
            }
            Self.gather(byLeader.sorted { $0.key < $1.key }) { [self] entry, part in
                deleteRecords(entry.value, offsets, entry.key, deadline, part)
            } then: { result in
                done(result.map { parts in parts.reduce(into: [:]) { $0.merge($1) { $1 } } })
            }
        }
    }

    private func deleteRecords(
        _ places: [TopicPartition], _ offsets: [TopicPartition: Int64], _ broker: Int32, _ deadline: Int64,
        _ done: @escaping Done<[TopicPartition: Int64]>
    ) {
        let request = DeleteRecordsRequest {
            $0.topics = places.byTopic.mapPartitions { topic, number in
                .init {
                    $0.partitionIndex = number
                    $0.offset = offsets[TopicPartition(topic: topic, partition: number)] ?? 0
                }
            }
            $0.timeoutMilliseconds = brokerTimeout(deadline)
        }
        ask(request, .broker(broker), deadline, "deleting records") { result in
            done(
                result.flatMap { answer in
                    var marks: [TopicPartition: Int64] = [:]
                    for topic in answer.topics {
                        for part in topic.partitions {
                            let place = TopicPartition(topic: topic.name, partition: part.partitionIndex)
                            guard part.errorCode == .none else {
                                return .failure(ClientError(part.errorCode, context: "deleting records of \(place)"))
                            }
                            marks[place] = part.lowWatermark
                        }
                    }
                    return .success(marks)
                })
        }
    }
}

extension ClusterDescription {
    init(_ answer: MetadataResponse) {
        clusterID = answer.clusterID
        controller = answer.controllerID >= 0 ? answer.controllerID : nil
        brokers = answer.brokers.map { Broker(id: $0.nodeID, host: $0.host, port: $0.port, rack: $0.rack) }
            .sorted { $0.id < $1.id }
        topics = answer.topics.map(TopicDescription.init).sorted { $0.name < $1.name }
    }
}

extension TopicDescription {
    init(_ topic: MetadataResponse.Topic) {
        name = topic.name ?? ""
        isInternal = topic.isInternal
        error = topic.errorCode == .none ? nil : ClientError(topic.errorCode, context: "topic \(topic.name ?? "")")
        partitions = topic.partitions.map { part in
            Partition(
                index: part.partitionIndex, leader: part.leaderID >= 0 ? part.leaderID : nil,
                replicas: part.replicaNodes, inSyncReplicas: part.isrNodes)
        }.sorted { $0.index < $1.index }
    }
}
