import NIOCore
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

/// Drives a coordinator as the broker does: remembers what was persisted, completes it at once or on demand, and
/// collects the replies.
struct GroupHarness {
    var coordinator: GroupCoordinator
    var now = BrokerTime(wall: 1_700_000_000_000, monotonic: 1_000)
    /// Whether records become durable at once.
    var persistsAtOnce = true
    private(set) var replies: [UInt64: any KafkaMessage] = [:]
    /// Everything durable, in order, as a restart finds it.
    private(set) var log: [(record: InternalRecord, producerID: Int64?)] = []
    private(set) var waiting: [(id: GroupCommitID, records: [InternalRecord], producer: ProducerIdentity?)] = []
    private var nextToken: UInt64 = 1

    init(config: GroupConfig = GroupConfig(), seed: UInt64 = 1) {
        coordinator = GroupCoordinator(config: config, seed: seed)
    }

    mutating func context(_ api: API, version: Int16? = nil, client: String = "client") -> RequestContext {
        defer { nextToken += 1 }
        return RequestContext(
            token: RequestToken(connection: 1, number: nextToken),
            header: RequestHeader(
                api: api, version: version ?? api.versions.upperBound, correlationID: 0, clientID: client),
            clientHost: "127.0.0.1")
    }

    mutating func perform(_ actions: [GroupAction]) {
        for action in actions {
            switch action {
            case .reply(let context, let body):
                if replies[context.token.number] != nil {
                    Issue.record("request \(context.token.number) answered twice")
                }
                replies[context.token.number] = body
            case .persist(let id, let records, let producer): waiting.append((id, records, producer))
            case .note: break
            }
        }
        if persistsAtOnce { persistAll() }
    }

    /// Makes everything durable that waits for it.
    mutating func persistAll() {
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            log += next.records.map { ($0, next.producer?.id) }
            perform(coordinator.persisted(next.id, now: now))
        }
    }

    mutating func advance(_ milliseconds: Int64) {
        let end = now.monotonic + milliseconds
        while let deadline = coordinator.nextDeadline, deadline <= end {
            step(to: max(deadline, now.monotonic))
            perform(coordinator.tick(now))
        }
        step(to: end)
    }

    private mutating func step(to monotonic: Int64) {
        now.wall += monotonic - now.monotonic
        now.monotonic = monotonic
    }

    func reply<Message: KafkaMessage>(_ token: RequestContext, as _: Message.Type = Message.self) -> Message? {
        replies[token.token.number] as? Message
    }

    /// Another coordinator with what this one's log says.
    mutating func restart(seed: UInt64) throws {
        var next = GroupCoordinator(config: coordinator.config, seed: seed)
        for entry in log { try next.replay(entry.record, producerID: entry.producerID, now: now) }
        next.finishReplay(now: now)
        coordinator = next
        waiting = []
    }
}

// MARK: Requests

extension GroupHarness {
    /// What every request of a member has in common.
    struct Member: Hashable {
        var id = ""
        var instanceID: String?
        var generation: Int32 = -1
    }

    mutating func join(
        _ group: String = "g", _ member: Member = Member(), protocols: [(String, String)] = [("range", "m")],
        type: String = "consumer", session: Int32 = 10_000, rebalance: Int32 = 60_000, version: Int16 = 9
    ) -> RequestContext {
        let context = context(JoinGroupRequest.api, version: version)
        let request = JoinGroupRequest(
            groupID: group, sessionTimeoutMilliseconds: session, rebalanceTimeoutMilliseconds: rebalance,
            memberID: member.id, groupInstanceID: member.instanceID, protocolType: type,
            protocols: protocols.map { .init(name: $0.0, metadata: ByteBuffer(string: $0.1)) })
        perform(coordinator.joinGroup(request, context, now: now))
        return context
    }

    /// Goes through the member-id dance and leaves the second JoinGroup waiting.
    mutating func enter(_ group: String = "g", protocols: [(String, String)] = [("range", "m")]) throws -> (
        member: Member, join: RequestContext
    ) {
        let first = join(group, protocols: protocols)
        let answer = try #require(reply(first, as: JoinGroupResponse.self))
        #expect(answer.errorCode == .memberIDRequired)
        let member = Member(id: answer.memberID)
        return (member, join(group, member, protocols: protocols))
    }

    mutating func sync(
        _ group: String = "g", _ member: Member, assignments: [String: String] = [:], protocolName: String? = "range"
    ) -> RequestContext {
        let context = context(SyncGroupRequest.api)
        let request = SyncGroupRequest(
            groupID: group, generationID: member.generation, memberID: member.id, groupInstanceID: member.instanceID,
            protocolType: "consumer", protocolName: protocolName,
            assignments: assignments.sorted { $0.key < $1.key }.map {
                .init(memberID: $0.key, assignment: ByteBuffer(string: $0.value))
            })
        perform(coordinator.syncGroup(request, context, now: now))
        return context
    }

    mutating func heartbeat(_ group: String = "g", _ member: Member) -> ErrorCode? {
        let context = context(HeartbeatRequest.api)
        perform(
            coordinator.heartbeat(
                HeartbeatRequest(
                    groupID: group, generationID: member.generation, memberID: member.id,
                    groupInstanceID: member.instanceID),
                context, now: now))
        return reply(context, as: HeartbeatResponse.self)?.errorCode
    }

    mutating func leave(_ group: String = "g", _ members: [Member]) -> [ErrorCode] {
        let context = context(LeaveGroupRequest.api)
        perform(
            coordinator.leaveGroup(
                LeaveGroupRequest(
                    groupID: group, members: members.map { .init(memberID: $0.id, groupInstanceID: $0.instanceID) }),
                context, now: now))
        return reply(context, as: LeaveGroupResponse.self)?.members.map(\.errorCode) ?? []
    }

    /// Brings `count` new members to a stable generation; the first one leads.
    mutating func stableGroup(_ group: String = "g", count: Int = 2) throws -> [Member] {
        var entered: [(member: Member, join: RequestContext)] = []
        // All ids first, so that the rebalance waits for everybody.
        let firsts = (0..<count).map { _ in join(group) }
        for first in firsts {
            let id = try #require(reply(first, as: JoinGroupResponse.self)).memberID
            entered.append((Member(id: id), join(group, Member(id: id))))
        }
        var members: [Member] = []
        for entry in entered {
            let joined = try #require(reply(entry.join, as: JoinGroupResponse.self))
            #expect(joined.errorCode == .none)
            members.append(Member(id: entry.member.id, generation: joined.generationID))
        }
        let assignments = Dictionary(uniqueKeysWithValues: members.map { ($0.id, "for \($0.id)") })
        let syncs = members.reversed().map { member in
            sync(group, member, assignments: member == members[0] ? assignments : [:])
        }
        for context in syncs { #expect(reply(context, as: SyncGroupResponse.self)?.errorCode == ErrorCode.none) }
        return members
    }

    mutating func commit(
        _ offsets: [Int32: Int64], topic: String = "t", metadata: String = ""
    ) -> RequestContext {
        commit("g", Member(), offsets, topic: topic, metadata: metadata)
    }

    mutating func commit(
        _ group: String, _ member: Member, _ offsets: [Int32: Int64], topic: String = "t", metadata: String = ""
    ) -> RequestContext {
        let context = context(OffsetCommitRequest.api)
        let request = OffsetCommitRequest(
            groupID: group, generationIDOrMemberEpoch: member.generation, memberID: member.id,
            groupInstanceID: member.instanceID,
            topics: [
                .init(
                    name: topic,
                    partitions: offsets.sorted { $0.key < $1.key }.map {
                        .init(partitionIndex: $0.key, committedOffset: $0.value, committedMetadata: metadata)
                    })
            ])
        perform(coordinator.offsetCommit(request, context, now: now) { topic, _ in topic != "unknown" })
        return context
    }

    mutating func txnCommit(
        _ group: String = "g", _ member: Member = Member(), producerID: Int64, _ offsets: [Int32: Int64]
    ) -> ErrorCode? {
        let context = context(TxnOffsetCommitRequest.api)
        let request = TxnOffsetCommitRequest(
            transactionalID: "x", groupID: group, producerID: producerID, producerEpoch: 0,
            generationID: member.generation, memberID: member.id, groupInstanceID: member.instanceID,
            topics: [
                .init(
                    name: "t",
                    partitions: offsets.sorted { $0.key < $1.key }.map {
                        .init(partitionIndex: $0.key, committedOffset: $0.value)
                    })
            ])
        perform(coordinator.txnOffsetCommit(request, context, now: now) { _, _ in true })
        return reply(context, as: TxnOffsetCommitResponse.self)?.topics.first?.partitions.first?.errorCode
    }

    func errors(_ commit: RequestContext) -> [ErrorCode]? {
        reply(commit, as: OffsetCommitResponse.self)?.topics.flatMap { $0.partitions.map(\.errorCode) }
    }

    /// Commits, and gives the errors; nil if there is no answer yet.
    mutating func tryCommit(
        _ offsets: [Int32: Int64], topic: String = "t", metadata: String = ""
    ) -> [ErrorCode]? {
        let context = commit(offsets, topic: topic, metadata: metadata)
        return errors(context)
    }

    mutating func tryCommit(_ group: String, _ member: Member, _ offsets: [Int32: Int64]) -> [ErrorCode]? {
        let context = commit(group, member, offsets)
        return errors(context)
    }

    /// The offsets of a topic's partitions: nil for an error.
    mutating func fetch(
        _ group: String = "g", _ partitions: [Int32] = [0], requireStable: Bool = false
    ) throws -> [Int64?] {
        let context = context(OffsetFetchRequest.api)
        let request = OffsetFetchRequest(
            groups: [.init(groupID: group, topics: [.init(name: "t", partitions: partitions)])],
            requireStable: requireStable)
        perform(coordinator.offsetFetch(request, context))
        let answer = try #require(reply(context, as: OffsetFetchResponse.self))
        return answer.groups[0].topics[0].partitions.map { $0.errorCode == .none ? $0.committedOffset : nil }
    }

    func state(_ group: String = "g") -> GroupState? { coordinator.groups[group]?.state }
}
