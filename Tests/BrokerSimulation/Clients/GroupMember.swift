import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// A member of a consumer group: joins, gets partitions, goes on from the group's position, commits; stalls, leaves and dies as the run
/// has it. What it would do with the records is left out: its position only moves.
final class GroupMember: SimulatedClient {
    enum Stage: Hashable { case join, sync, position, run }

    let group: String
    private let topic: LifeSettings.Topic
    private let instanceID: String?
    private let sessionTimeout: Int32
    private(set) var stage = Stage.join
    private var memberID = ""
    private var generation: Int32 = -1
    private var assignments: [SyncGroupRequest.Assignment] = []
    private var positions: [Int32: Int64] = [:]

    init(life: Life, name: String, group: String, instanceID: String?) {
        self.group = group
        self.topic = life.settings.topics[0]
        self.instanceID = instanceID
        self.sessionTimeout = Int32(life.random.within(1000...4000))
        super.init(life: life, name: name)
    }

    override var isFinished: Bool { waiting == 0 && stage == .run }
    var isStatic: Bool { instanceID != nil }

    override func connectionLost() {
        if stage == .sync { stage = .join }
    }

    override func act() {
        guard waiting == 0 else { return }
        switch stage {
        case .join: join()
        case .sync: sync()
        case .position: fetchPositions()
        case .run:
            if life.isDraining || life.random.chance(0.4) {
                heartbeat()
            } else if life.random.chance(0.02), !isStatic {
                leave()
            } else {
                commit()
            }
        }
    }

    // MARK: Membership

    private func join() {
        var request = JoinGroupRequest()
        request.groupID = group
        request.sessionTimeoutMilliseconds = sessionTimeout
        request.rebalanceTimeoutMilliseconds = 3000
        request.memberID = memberID
        request.groupInstanceID = instanceID
        request.protocolType = "consumer"
        request.protocols = [.init(name: "range", metadata: ByteBuffer(string: topic.name))]
        send(request) { [self] (answer: JoinGroupResponse) in
            switch answer.errorCode {
            case .memberIDRequired: memberID = answer.memberID
            case .none:
                memberID = answer.memberID
                generation = answer.generationID
                assignments = assign(answer)
                stage = .sync
            default: react(to: answer.errorCode)
            }
        }
    }

    /// The leader gives each partition to a member, in turn.
    private func assign(_ answer: JoinGroupResponse) -> [SyncGroupRequest.Assignment] {
        let members = answer.members.map(\.memberID).sorted()
        return members.enumerated().map { index, member in
            let own = (0..<topic.partitions).filter { Int($0) % members.count == index }
            return .init(memberID: member, assignment: ByteBuffer(bytes: own.map { UInt8($0) }))
        }
    }

    private func sync() {
        var request = SyncGroupRequest()
        request.groupID = group
        request.generationID = generation
        request.memberID = memberID
        request.groupInstanceID = instanceID
        request.protocolType = "consumer"
        request.protocolName = "range"
        request.assignments = assignments
        let generation = generation
        send(request) { [self] (answer: SyncGroupResponse, _) in
            // A generation counts from its assignment on; one that was only announced may be forgotten by a crash.
            guard answer.errorCode == .none, generation > life.ledger.generations[group] ?? -1 else { return }
            life.coverage[.rebalances] += 1
            life.ledger.generations[group] = generation
        } receive: { [self] answer in
            guard answer.errorCode == .none else { return react(to: answer.errorCode) }
            positions = [:]
            for partition in answer.assignment.readableBytesView { positions[Int32(partition)] = -1 }
            stage = positions.isEmpty ? .run : .position
        }
    }

    private func heartbeat() {
        let request = HeartbeatRequest(
            groupID: group, generationID: generation, memberID: memberID, groupInstanceID: instanceID)
        send(request) { [self] (answer: HeartbeatResponse) in react(to: answer.errorCode) }
    }

    private func leave() {
        let request = LeaveGroupRequest(groupID: group, members: [.init(memberID: memberID)])
        send(request) { [self] (_: LeaveGroupResponse) in isDead = true }
    }

    private func react(to code: ErrorCode) {
        switch code {
        case .none: return
        case .rebalanceInProgress: break
        case .illegalGeneration: generation = -1
        case .unknownMemberID:
            life.coverage[.evictions] += 1
            memberID = ""
            generation = -1
        case .fencedInstanceID: isDead = true
        default: life.fail(.everythingIsAnswered, "\(name) of \(group) got \(code)")
        }
        stage = .join
    }

    // MARK: Positions

    private func fetchPositions() {
        let partitions = positions.keys.sorted()
        let topics = [TopicPartitions<Int32>(name: topic.name, partitions: partitions)]
        life.fetchOffsets(self, group: group, topics) { [self] found in
            for (partition, offset) in found { positions[partition] = max(0, offset) }
            stage = .run
        }
    }

    private func commit() {
        guard !positions.isEmpty else { return heartbeat() }
        var partitions: [CommittedPartition<OffsetCommitRequest>] = []
        for partition in positions.keys.sorted() {
            let offset = (positions[partition] ?? 0) + Int64(life.random.below(4))
            positions[partition] = offset
            partitions.append(.init(partitionIndex: partition, committedOffset: offset))
            let place = GroupPlace(group: group, place: Place(topic: topic.name, partition: partition))
            life.ledger.sentOffsets[place] = max(life.ledger.sentOffsets[place] ?? -1, offset)
        }
        var request = OffsetCommitRequest()
        request.groupID = group
        request.generationIDOrMemberEpoch = generation
        request.memberID = memberID
        request.groupInstanceID = instanceID
        request.topics = [.init(name: topic.name, partitions: partitions)]
        let generation = generation
        send(request) { [self] (answer: OffsetCommitResponse, exchange) in
            observeCommit(answer, partitions, generation, exchange)
        } receive: { [self] answer in
            react(to: answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError)
        }
    }

    private func observeCommit(
        _ answer: OffsetCommitResponse, _ partitions: [CommittedPartition<OffsetCommitRequest>], _ generation: Int32,
        _ exchange: Exchange
    ) {
        for (result, sent) in zip(answer.topics.first?.partitions ?? [], partitions) {
            guard result.errorCode == .none else {
                life.coverage[.refusedCommits] += 1
                continue
            }
            life.coverage[.commitsByMembers] += 1
            let place = GroupPlace(group: group, place: Place(topic: topic.name, partition: sent.partitionIndex))
            if let violation = life.ledger.committed(place, sent.committedOffset) { life.fail(violation) }
        }
        if answer.topics.first?.partitions.first?.errorCode == ErrorCode.none, exchange.newestGeneration > generation {
            life.fail(
                .oldGenerationsAreRefused,
                "\(name) committed for \(group) in generation \(generation), after \(exchange.newestGeneration) was announced"
            )
        }
    }
}
