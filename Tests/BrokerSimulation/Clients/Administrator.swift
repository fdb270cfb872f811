import NIOCore

@testable import EmbeddedBroker

/// Somebody with tools: looks at groups' offsets, deletes records where that is allowed, makes topics and deletes them again.
final class Administrator: SimulatedClient {
    private var scratch: String?
    private var number = 0

    override var isFinished: Bool { waiting == 0 }

    override func act() {
        guard waiting == 0, !life.isDraining else { return }
        switch life.random.below(10) {
        case 0..<6: lookAtOffsets()
        case 6..<8: deleteRecords()
        default: if scratch == nil { createScratch() } else { deleteScratch() }
        }
    }

    private func lookAtOffsets() {
        guard let key = life.ledger.sentOffsets.keys.sorted(by: { ($0.group, $0.place) < ($1.group, $1.place) }).randomElement(using: &life.random)
        else { return }
        life.fetchOffsets(
            self, group: key.group, [.init(name: key.place.topic, partitionIndexes: [key.place.partition])]) { _ in }
    }

    private func deleteRecords() {
        guard let topic = life.settings.topics.first(where: \.forgets) else { return }
        let place = Place(topic: topic.name, partition: 0)
        let end = life.ledger.highWatermarks[place] ?? 0
        let offset = Int64(life.random.below(Int(end) + 1))
        let request = DeleteRecordsRequest(
            topics: [.init(name: topic.name, partitions: [.init(partitionIndex: 0, offset: offset)])], timeoutMilliseconds: 1000)
        send(.deleteRecords(request), .deleteRecords) { (_: DeleteRecordsResponse) in }
    }

    private func createScratch() {
        number += 1
        let name = "scratch\(number % 2)"
        let topic = CreateTopicsRequest.Topic(name: name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [])
        send(.createTopics(.init(topics: [topic])), .createTopics) { [self] (answer: CreateTopicsResponse) in
            switch answer.topics.first?.errorCode {
            case .some(.none), .topicAlreadyExists: scratch = name
            case let other: life.fail(.everythingIsAnswered, "\(name) could not be made: \(String(describing: other))")
            }
        }
    }

    private func deleteScratch() {
        guard let name = scratch else { return }
        send(.deleteTopics(.init(topicNames: [name])), .deleteTopics) { [self] (_: DeleteTopicsResponse) in
            life.coverage[.topicsDeleted] += 1
            scratch = nil
        }
    }
}

extension Life {
    /// Asks for a group's positions, and checks them against what was promised.
    func fetchOffsets(
        _ client: SimulatedClient, group: String, _ topics: [OffsetFetchRequest.Topic], then take: @escaping ([(Int32, Int64)]) -> Void
    ) {
        var request = OffsetFetchRequest()
        request.groups = [.init(groupID: group, topics: topics)]
        request.requireStable = true
        func offsets(_ answer: OffsetFetchResponse) -> [(Int32, Int64)]? {
            let partitions = answer.groups.first?.topics.first?.partitions ?? []
            guard partitions.allSatisfy({ $0.errorCode == .none }) else { return nil }
            return partitions.map { ($0.partitionIndex, $0.committedOffset) }
        }
        client.send(.offsetFetch(request), .offsetFetch) { [self] (answer: OffsetFetchResponse, _) in
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
