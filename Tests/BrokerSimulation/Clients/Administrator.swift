import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// Somebody with tools: looks at groups' offsets, deletes records where that is allowed, adds partitions, makes topics, uses them, deletes
/// them and makes them again.
final class Administrator: SimulatedClient {
    private static let scratchGroup = "scratch-group"
    private var scratch: String?
    private var number = 0

    override var isFinished: Bool { waiting == 0 }

    override func act() {
        guard waiting == 0, !life.isDraining else { return }
        switch life.random.below(12) {
        case 0..<6: lookAtOffsets()
        case 6..<8: deleteRecords()
        case 8: if life.random.chance(0.1) { addPartition() } else { askForDeleted() }
        default: actOnScratch()
        }
    }

    private func actOnScratch() {
        guard let name = scratch else { return createScratch() }
        switch life.random.below(3) {
        case 0: produce(to: name)
        case 1: commit(name)
        default: delete(name)
        }
    }

    private func lookAtOffsets() {
        guard
            let key = life.ledger.sentOffsets.keys.sorted(by: { ($0.group, $0.place) < ($1.group, $1.place) })
                .randomElement(using: &life.random)
        else { return }
        life.fetchOffsets(
            self, group: key.group, [.init(name: key.place.topic, partitions: [key.place.partition])]
        ) { _ in }
    }

    private func deleteRecords() {
        guard let topic = life.settings.topics.first(where: { $0.forgets && $0.reader == nil }) else { return }
        let place = Place(topic: topic.name, partition: 0)
        let end = life.ledger.highWatermarks[place] ?? 0
        let offset = Int64(life.random.below(Int(end) + 1))
        let request = DeleteRecordsRequest(
            topics: [.init(name: topic.name, partitions: [.init(partitionIndex: 0, offset: offset)])],
            timeoutMilliseconds: 1000)
        send(request) { (_: DeleteRecordsResponse) in }
    }

    private func addPartition() {
        let topic = life.random.pick(life.settings.topics)
        let count = Int32(life.places.count { $0.topic == topic.name }) + 1
        guard count <= topic.partitions + 2 else { return }
        send(CreatePartitionsRequest(topics: [.init(name: topic.name, count: count)])) {
            [self] (answer: CreatePartitionsResponse, _) in
            if answer.results.first?.errorCode == ErrorCode.none { life.grown(topic, to: count) }
        } receive: { [self] answer in
            // The answer to an earlier request may have been lost.
            guard let code = answer.results.first?.errorCode, code == .none || code == .invalidPartitions else {
                return life.fail(.everythingIsAnswered, "\(topic.name) got no more partitions: \(answer)")
            }
        }
    }

    // MARK: A topic that comes and goes

    private func createScratch() {
        number += 1
        let name = "scratch\(number % 2)"
        let topic = CreateTopicsRequest.Topic(
            name: name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [])
        send(CreateTopicsRequest(topics: [topic])) { [self] (answer: CreateTopicsResponse, _) in
            if answer.results.first?.errorCode == ErrorCode.none { verifyNew(name) }
        } receive: { [self] answer in
            switch answer.results.first?.errorCode {
            case .some(.none), .topicAlreadyExists: scratch = name
            case let other: life.fail(.everythingIsAnswered, "\(name) could not be made: \(String(describing: other))")
            }
        }
    }

    /// Nothing is left of a topic that had the name before.
    private func verifyNew(_ name: String) {
        if number > 2 { life.coverage[.topicsRemade] += 1 }
        let core = life.broker.core
        let offset = core.groups.groups[Self.scratchGroup]?.offsets.committed[.init(topic: name, partition: 0)]
        if let log = core.partition(name, 0), log.nextOffset > 0 || offset != nil {
            life.fail(
                .deletedStaysDeleted,
                "\(name) was made again, and ends at \(log.nextOffset), \(Self.scratchGroup) at \(offset?.offset ?? -1)"
            )
        }
    }

    private func produce(to name: String) {
        let place = Place(topic: name, partition: 0)
        let record = SentRecord(value: "scratch", key: "scratch", place: place, stream: 0, index: 0, transaction: nil)
        let request = ProduceRequest(
            transactionalID: nil, acks: -1, timeoutMilliseconds: 1000,
            topics: [
                .init(
                    name: name,
                    partitions: [.init(index: 0, records: life.batch([record], producer: nil, sequence: -1))])
            ])
        send(request) { (_: ProduceResponse) in }
    }

    private func commit(_ name: String) {
        let request = OffsetCommitRequest(
            groupID: Self.scratchGroup, generationIDOrMemberEpoch: -1,
            topics: [
                .init(
                    name: name, partitions: [.init(partitionIndex: 0, committedOffset: Int64(life.random.below(100)))])
            ])
        send(request) { (_: OffsetCommitResponse) in }
    }

    private func delete(_ name: String) {
        send(DeleteTopicsRequest(topics: [.init(name: name)])) { [self] (answer: DeleteTopicsResponse, _) in
            guard let topic = answer.results.first, topic.errorCode == .none else { return }
            life.coverage[.topicsDeleted] += 1
            life.ledger.deletedTopics.insert(topic.topicID)
        } receive: { [self] _ in
            scratch = nil
        }
    }

    /// Reads on, by its id, in a topic that is gone; there may be another of its name.
    private func askForDeleted() {
        let deleted = life.ledger.deletedTopics.sorted { $0.low < $1.low }
        guard let id = life.random.pickOrNil(deleted) else { return }
        var request = FetchRequest()
        request.topics = [
            .init(topicID: id, partitions: [.init(partition: 0, fetchOffset: 0, partitionMaxBytes: 1000)])
        ]
        send(request) { [self] (answer: FetchResponse) in
            life.coverage[.deletedAsked] += 1
            let code = answer.topics.first?.partitions.first?.errorCode
            if code != .unknownTopicID {
                life.fail(.deletedStaysDeleted, "a deleted topic answers with \(String(describing: code))")
            }
        }
    }
}

extension Life {
    /// Asks for a group's positions, and checks them against what was promised.
    func fetchOffsets(
        _ client: SimulatedClient, group: String, _ topics: [TopicPartitions<Int32>],
        then take: @escaping ([(Int32, Int64)]) -> Void
    ) {
        var request = OffsetFetchRequest()
        request.groups = [.init(groupID: group, topics: topics)]
        request.requireStable = true
        func offsets(_ answer: OffsetFetchResponse) -> [(Int32, Int64)]? {
            let partitions = answer.groups.first?.topics.first?.partitions ?? []
            guard partitions.allSatisfy({ $0.errorCode == .none }) else { return nil }
            return partitions.map { ($0.partitionIndex, $0.committedOffset) }
        }
        client.send(request) { [self] (answer: OffsetFetchResponse, _) in
            for (partition, offset) in offsets(answer) ?? [] {
                let place = GroupPlace(group: group, place: Place(topic: topics[0].name, partition: partition))
                if let violation = ledger.fetched(place, offset) { fail(violation) }
            }
        } receive: { (answer: OffsetFetchResponse) in
            // Otherwise a transaction is undecided, and the question comes again.
            if let found = offsets(answer) { take(found) }
        }
    }
}
