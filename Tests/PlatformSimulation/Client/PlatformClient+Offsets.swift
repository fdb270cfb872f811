import Kafka

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// The group's offsets.
extension PlatformClient {
    func committed(_ partitions: [Place], timeout: Duration) throws(KafkaError) -> [Place: Int64] {
        if partitions.isEmpty { return [:] }
        var request = OffsetFetchRequest()
        request.groups = [.init(groupID: group, topics: partitions.byTopic)]
        request.requireStable = true
        let deadline = life.elapsed + timeout.milliseconds
        while true {
            let answer: OffsetFetchResponse = try persist(request, on: reading, until: deadline)
            let code = PlatformClient.code(of: answer)
            if code == .none { return PlatformClient.offsets(in: answer) }
            // A transaction is pending on them.
            guard code == .unstableOffsetCommit || code == .coordinatorLoadInProgress, life.elapsed < deadline else {
                throw KafkaError(code, "OffsetFetch")
            }
            life.pass(50)
        }
    }

    private static func code(of answer: OffsetFetchResponse) -> ErrorCode {
        guard let found = answer.groups.first else { return answer.errorCode }
        if found.errorCode != .none { return found.errorCode }
        return found.topics.flatMap(\.partitions).first { $0.errorCode != .none }?.errorCode ?? .none
    }

    static func offsets(in answer: OffsetFetchResponse) -> [Place: Int64] {
        var offsets: [Place: Int64] = [:]
        for topic in answer.groups.first?.topics ?? [] {
            for part in topic.partitions where part.committedOffset >= 0 {
                offsets[Place(topic: topic.name, partition: part.partitionIndex)] = part.committedOffset
            }
        }
        return offsets
    }

    func commit(_ offsets: [Place: Int64]) throws(KafkaError) {
        if isDead { throw .dead }
        if offsets.isEmpty { return }
        var request = OffsetCommitRequest()
        request.groupID = group
        request.generationIDOrMemberEpoch = member.committer.generation
        request.memberID = member.committer.memberID
        request.topics = offsets.keys.byTopic.map { topic in
            .init(
                name: topic.name,
                partitions: topic.partitions.map {
                    .init(
                        partitionIndex: $0, committedOffset: offsets[Place(topic: topic.name, partition: $0)]!)
                })
        }
        let answer: OffsetCommitResponse = try life.call(request, on: reading, within: 10_000)
        let code = answer.topics.flatMap(\.partitions).first { $0.errorCode != .none }?.errorCode ?? .none
        if code == .none { return }
        refused(code)
        throw KafkaError(code, "OffsetCommit")
    }
}
