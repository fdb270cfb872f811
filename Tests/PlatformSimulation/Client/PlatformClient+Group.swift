import Kafka
import NIOCore

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// What a member of a group knows.
struct Membership {
    enum Stage { case outside, joining, syncing, stable }

    var stage = Stage.outside
    var memberID = ""
    var generation: Int32 = -1
    /// The group shares out its partitions again.
    var mustRejoin = false
    /// The group has given it up: its partitions are somebody else's.
    var isLost = false
    /// What the group has given, and the next poll takes.
    var given: [Place]?
    /// As whom the service commits: as the member whose partitions it has. The group may have given that one up
    /// meanwhile. Without a member's name the commit would count, though others read the partitions by now.
    var committer = (memberID: "", generation: Int32(-1))
    var nextBeatAt: Int64 = 0
    /// A heartbeat is on its way.
    var isBeating = false

    mutating func connectionLost() {
        isBeating = false
        if stage == .joining || stage == .syncing { stage = .outside }
    }
}

/// The group protocol: joining and heartbeats go on by themselves, partitions come and go within a poll.
extension PlatformClient {
    /// Whether it has its share of the partitions, if only none, and knows of no change.
    var isAtRest: Bool { member.stage == .stable && member.given == nil && !member.mustRejoin && !member.isLost }

    static let sessionTimeout: Int32 = 10_000
    static let beatInterval: Int64 = 3_000

    func subscribe(
        _ topics: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: @escaping KafkaConsumer.AssignmentChoice
    ) throws(KafkaError) {
        if isDead { throw .dead }
        inputs = topics
        for topic in topics { _ = topicID(topic) }
        self.onRebalance = onRebalance
        self.choose = choose
    }

    /// Gives partitions up and takes those that have come.
    ///
    /// - Returns: whether anything changed.
    func settleGroup() -> Bool {
        if member.isLost || member.mustRejoin { return giveUp() }
        if member.stage == .outside { join() }
        guard let given = member.given, let choose, let onRebalance else { return false }
        member.given = nil
        member.committer = (member.memberID, member.generation)
        life.coverage[.rebalances] += 1
        let chosen = choose(given)
        let starts = onRebalance(.assigned(chosen))
        life.tell("\(name) is given \(chosen.map(\.description).joined(separator: ", "))")
        positions.removeAll()
        moved.removeAll()
        for place in chosen {
            switch starts[place] {
            case .offset(let offset): positions[place] = offset
            default: positions[place] = life.broker.core.partition(place.topic, place.partition)?.startOffset ?? 0
            }
        }
        return true
    }

    private func giveUp() -> Bool {
        let places = positions.keys.sorted()
        let isLost = member.isLost
        (member.isLost, member.mustRejoin, member.given) = (false, false, nil)
        if !places.isEmpty || member.stage == .stable {
            life.tell("\(name) \(isLost ? "was given up by its group" : "gives its partitions up")")
            _ = onRebalance?(isLost ? .lost(places) : .revoked(places))
        }
        positions.removeAll()
        moved.removeAll()
        paused.removeAll()
        member.stage = .outside
        if !isDead { join() }
        return true
    }

    private func join() {
        guard life.brokerIsBackAt == nil, !isDead, !inputs.isEmpty else { return }
        var request = JoinGroupRequest()
        request.groupID = group
        request.sessionTimeoutMilliseconds = PlatformClient.sessionTimeout
        request.rebalanceTimeoutMilliseconds = 30_000
        request.memberID = member.memberID
        request.protocolType = "consumer"
        request.protocols = [.init(name: "roundrobin", metadata: ByteBuffer())]
        member.stage = .joining
        send(request) { [self] (answer: JoinGroupResponse) in
            switch answer.errorCode {
            case .none:
                (member.memberID, member.generation) = (answer.memberID, answer.generationID)
                sync(answer.leader == answer.memberID ? shareOut(answer.members.map(\.memberID).sorted()) : [])
            case .memberIDRequired:
                member.memberID = answer.memberID
                member.stage = .outside
            default: refused(answer.errorCode)
            }
        }
    }

    /// The leader gives the partitions of all inputs to the members in turn.
    private func shareOut(_ members: [String]) -> [SyncGroupRequest.Assignment] {
        let all = inputs.sorted().flatMap { topic in
            (0..<life.partitionCount(of: topic)).map { Place(topic: topic, partition: $0) }
        }
        return members.enumerated().map { index, member in
            let own = all.indices.filter { $0 % members.count == index }.map { all[$0] }
            let text = own.map { "\($0.topic)/\($0.partition)" }.joined(separator: " ")
            return .init(memberID: member, assignment: ByteBuffer(string: text))
        }
    }

    private func sync(_ assignments: [SyncGroupRequest.Assignment]) {
        member.stage = .syncing
        var request = SyncGroupRequest()
        request.groupID = group
        request.generationID = member.generation
        request.memberID = member.memberID
        request.protocolType = "consumer"
        request.protocolName = "roundrobin"
        request.assignments = assignments
        send(request) { [self] (answer: SyncGroupResponse) in
            guard answer.errorCode == .none else { return refused(answer.errorCode) }
            member.given = String(buffer: answer.assignment).split(separator: " ").map { text in
                let parts = text.split(separator: "/")
                return Place(topic: String(parts[0]), partition: Int32(parts[1])!)
            }
            member.stage = .stable
            member.nextBeatAt = life.elapsed + PlatformClient.beatInterval
        }
    }

    /// A heartbeat, if one is due.
    func beat() {
        guard !isDead, member.stage == .stable, !member.isBeating, life.elapsed >= member.nextBeatAt else { return }
        member.nextBeatAt = life.elapsed + PlatformClient.beatInterval
        member.isBeating = true
        let request = HeartbeatRequest(
            groupID: group, generationID: member.generation, memberID: member.memberID, groupInstanceID: nil)
        send(request) { [self] (answer: HeartbeatResponse) in
            member.isBeating = false
            if answer.errorCode != .none { refused(answer.errorCode) }
        }
    }

    /// What the coordinator says where it does not do what was asked.
    func refused(_ code: ErrorCode) {
        switch code {
        case .rebalanceInProgress:
            if member.stage == .stable { member.mustRejoin = true } else { member.stage = .outside }
        case .illegalGeneration, .unknownMemberID:
            if code == .unknownMemberID { member.memberID = "" }
            life.coverage[.evictions] += 1
            (member.generation, member.isLost, member.stage) = (-1, true, .outside)
        default: member.stage = member.stage == .stable ? .stable : .outside
        }
    }

    func leave() {
        guard !member.memberID.isEmpty, life.brokerIsBackAt == nil else { return }
        send(LeaveGroupRequest(groupID: group, members: [.init(memberID: member.memberID)])) {
            (_: LeaveGroupResponse) in
        }
        life.flow()
    }

    /// Sends something that nobody waits for.
    private func send<Body: KafkaMessage>(_ request: any ServedRequest, _ receive: @escaping (Body) -> Void) {
        let link = membership.link()
        life.broker.send(
            request, on: link, observe: { _, _ in },
            receive: { [weak self] answer in
                guard let self, !isDead, let answer = answer as? Body else { return }
                receive(answer)
            })
    }
}
