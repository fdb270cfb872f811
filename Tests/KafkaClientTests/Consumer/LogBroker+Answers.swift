import KafkaProtocol
import KafkaRecords
import NIOCore

@testable import KafkaClient

/// What the brokers answer.
extension LogBroker {
    func fetch(
        _ request: FetchRequest, _ call: ScriptedCluster.Call, _ reply: @escaping (FetchResponse) -> Void
    ) {
        fetches += 1
        waits.append(request.maxWaitMilliseconds)
        namedPartitions += request.topics.reduce(0) { $0 + $1.partitions.count }
        guard case .broker(let broker) = call.destination else { return }
        var wanted: [TopicPartition: FetchRequest.Partition] = [:]
        for topic in request.topics {
            guard let name = cluster.metadata.name(of: topic.topicID) else { continue }
            for partition in topic.partitions {
                wanted[TopicPartition(topic: name, partition: partition.partition)] = partition
            }
        }
        var sessionID: Int32 = 0
        if request.sessionEpoch == 0 {
            sessions[request.sessionID] = nil
            if usesSessions {
                lastSession += 1
                sessionID = lastSession
                sessions[sessionID] = Session(epoch: 1, partitions: wanted)
            }
        } else if request.sessionEpoch > 0 {
            guard var session = sessions[request.sessionID] else {
                return reply(FetchResponse { $0.errorCode = .fetchSessionIDNotFound })
            }
            guard session.epoch == request.sessionEpoch else {
                return reply(FetchResponse { $0.errorCode = .invalidFetchSessionEpoch })
            }
            for topic in request.forgottenTopicsData {
                guard let name = cluster.metadata.name(of: topic.topicID) else { continue }
                for number in topic.partitions {
                    session.partitions[TopicPartition(topic: name, partition: number)] = nil
                }
            }
            session.partitions.merge(wanted) { $1 }
            session.epoch += 1
            sessions[request.sessionID] = session
            wanted = session.partitions
            sessionID = request.sessionID
        } else {
            sessions[request.sessionID] = nil
        }
        answer(
            request, wanted, sessionID, broker, until: cluster.now.monotonic + Int64(request.maxWaitMilliseconds), reply
        )
    }

    private func answer(
        _ request: FetchRequest, _ wanted: [TopicPartition: FetchRequest.Partition], _ sessionID: Int32,
        _ broker: Int32,
        until end: Int64, _ reply: @escaping (FetchResponse) -> Void
    ) {
        var room = Int(request.maxBytes)
        var topics: [String: [FetchResponse.Partition]] = [:]
        var hasNews = false
        for (place, partition) in wanted.sorted(by: { $0.key < $1.key }) {
            let part = read(place, partition, broker, isolation: request.isolationLevel, room: &room)
            let isNews = part.errorCode != .none || part.records?.readableBytes ?? 0 > 0
            if isNews { hasNews = true }
            if isNews || request.sessionEpoch <= 0 { topics[place.topic, default: []].append(part) }
        }
        guard hasNews || cluster.now.monotonic >= end else {
            cluster.schedule(at: min(end, cluster.now.monotonic + 10)) { [weak self] in
                self?.answer(request, wanted, sessionID, broker, until: end, reply)
            }
            return
        }
        reply(
            FetchResponse {
                $0.sessionID = sessionID
                $0.topics = topics.map { name, parts in
                    .init {
                        $0.topic = name
                        $0.topicID = cluster.metadata.topics[name]?.id ?? .none
                        $0.partitions = parts
                    }
                }
            })
    }

    private func read(
        _ place: TopicPartition, _ wanted: FetchRequest.Partition, _ broker: Int32, isolation: Int8, room: inout Int
    ) -> FetchResponse.Partition {
        var answer = FetchResponse.Partition()
        answer.partitionIndex = place.partition
        answer.highWatermark = -1
        func refuse(_ error: ErrorCode) -> FetchResponse.Partition {
            answer.errorCode = error
            return answer
        }
        if let error = errors[place] { return refuse(error) }
        guard let log = logs[place] else { return refuse(.unknownTopicOrPartition) }
        guard log.leader == broker else { return refuse(.notLeaderOrFollower) }
        if wanted.currentLeaderEpoch >= 0, wanted.currentLeaderEpoch != log.epoch {
            return refuse(wanted.currentLeaderEpoch < log.epoch ? .fencedLeaderEpoch : .unknownLeaderEpoch)
        }
        guard wanted.fetchOffset >= log.start, wanted.fetchOffset <= log.end else { return refuse(.offsetOutOfRange) }
        answer.highWatermark = log.end
        answer.lastStableOffset = log.stable
        answer.logStartOffset = log.start
        let end = isolation == 1 ? log.stable : log.end
        var records = ByteBuffer()
        var last = wanted.fetchOffset
        for batch in log.batches where batch.header.nextOffset > wanted.fetchOffset && batch.header.nextOffset <= end {
            let isFirst = records.readableBytes == 0
            guard
                isFirst && room > 0
                    || records.readableBytes + batch.bytes.readableBytes <= min(room, Int(wanted.partitionMaxBytes))
            else { break }
            records.writeImmutableBuffer(batch.bytes)
            last = batch.header.lastOffset
        }
        room -= records.readableBytes
        answer.records = records
        if isolation == 1 {
            answer.abortedTransactions = log.aborted.filter { $0.last >= wanted.fetchOffset && $0.first <= last }.map {
                aborted in
                .init {
                    $0.producerID = aborted.producer
                    $0.firstOffset = aborted.first
                }
            }
        }
        return answer
    }

    func listOffsets(_ request: ListOffsetsRequest) -> ListOffsetsResponse {
        ListOffsetsResponse {
            $0.topics = request.topics.mapPartitions { topic, asked in
                let log = logs[TopicPartition(topic: topic, partition: asked.partitionIndex)]
                return .init {
                    $0.partitionIndex = asked.partitionIndex
                    guard let log else { return $0.errorCode = .unknownTopicOrPartition }
                    $0.leaderEpoch = log.epoch
                    $0.offset = asked.timestamp == -2 ? log.start : request.isolationLevel == 1 ? log.stable : log.end
                }
            }
        }
    }

    func epochEnds(_ request: OffsetForLeaderEpochRequest) -> OffsetForLeaderEpochResponse {
        epochQuestions += 1
        return OffsetForLeaderEpochResponse {
            $0.topics = request.topics.mapPartitions { topic, asked in
                let log = logs[TopicPartition(topic: topic, partition: asked.partition)] ?? Log()
                let known = log.epochs.last { $0.epoch <= asked.leaderEpoch }
                let next = log.epochs.first { $0.epoch > asked.leaderEpoch }
                return .init {
                    $0.partition = asked.partition
                    $0.leaderEpoch = known?.epoch ?? -1
                    $0.endOffset = known == nil ? -1 : next?.start ?? log.end
                }
            }
        }
    }

    func offsets(_ request: OffsetFetchRequest) -> OffsetFetchResponse {
        OffsetFetchResponse {
            $0.groups = request.groups.map { group in
                .init {
                    $0.groupID = group.groupID
                    $0.topics = (group.topics ?? []).mapPartitions { topic, number in
                        let offset = committed[TopicPartition(topic: topic, partition: number)]
                        return .init {
                            $0.partitionIndex = number
                            $0.committedOffset = offset?.offset ?? -1
                            $0.committedLeaderEpoch = offset?.leaderEpoch ?? -1
                        }
                    }
                }
            }
        }
    }
}
