import KafkaProtocol
import OrderedCollections

/// One consumer group: who is in it, in which state its rebalance is, and what it has committed.
///
/// Its methods decide one event each, and leave what is to be done in ``GroupEffects``.
struct ConsumerGroup: Sendable {
    let id: String
    let config: GroupConfig
    var state = GroupState.empty
    var generation: Int32 = 0
    /// "consumer" for consumers; nil until there was a member.
    var protocolType: String?
    /// The way of assigning that was chosen for this generation.
    var protocolName: String?
    var leader: String?
    /// In the order of joining.
    var members: OrderedDictionary<String, GroupMember> = [:]
    /// Members by their instance ids.
    var staticMembers: [String: String] = [:]
    /// Ids given out that have not joined yet, with the time at which they lapse.
    var pendingMembers: OrderedDictionary<String, Int64> = [:]
    /// Members that have joined this generation but not yet asked for their assignment.
    var pendingSync: OrderedSet<String> = []

    /// When the rebalance goes on without the members that have not joined.
    var joinDeadline: Int64?
    /// Set while an empty group waits for its first members: how much longer the wait may be drawn out.
    var initialDelayLeft: Int64?
    var memberJoinedDuringDelay = false
    /// When members that have not synced are removed.
    var syncDeadline: Int64?
    /// When ``state`` last changed, in milliseconds since 1970.
    var stateTimestamp: Int64 = -1

    var offsets = GroupOffsets()

    init(id: String, config: GroupConfig) {
        self.id = id
        self.config = config
    }
}

extension ConsumerGroup {
    /// When time alone changes something, on the monotonic clock.
    var nextDeadline: Int64? {
        var deadline = min(joinDeadline ?? .max, syncDeadline ?? .max)
        for member in members.values where member.canExpire { deadline = min(deadline, member.deadline) }
        for lapse in pendingMembers.values { deadline = min(deadline, lapse) }
        return deadline == .max ? nil : deadline
    }

    /// Nothing is worth keeping.
    var isDisposable: Bool { state == .empty && members.isEmpty && pendingMembers.isEmpty && offsets.isEmpty }

    /// The longest that any member asks for; at least 1, so that a deadline never is in its own past.
    var rebalanceTimeoutMilliseconds: Int64 {
        Int64(members.values.reduce(1) { max($0, $1.rebalanceTimeoutMilliseconds) })
    }

    mutating func transition(to state: GroupState, _ now: BrokerTime) {
        self.state = state
        stateTimestamp = now.wall
    }

    /// Why a request in the name of a member is refused: it must be in the group, and an instance id must be its own.
    func check(member id: String, instanceID: String?) -> ErrorCode? {
        if let instanceID {
            guard let current = staticMembers[instanceID] else { return .unknownMemberID }
            guard current == id else { return .fencedInstanceID }
        }
        return members[id] == nil ? .unknownMemberID : nil
    }

    func check(member id: String, instanceID: String?, generation: Int32) -> ErrorCode? {
        check(member: id, instanceID: instanceID) ?? (generation == self.generation ? nil : .illegalGeneration)
    }
}

// MARK: Protocols

extension ConsumerGroup {
    /// Whether somebody with these protocols can be a member beside the present ones.
    func supports(type: String, protocols: [GroupMember.AssignmentProtocol], replacing id: String? = nil) -> Bool {
        guard state != .empty else { return !type.isEmpty && !protocols.isEmpty }
        guard type == protocolType else { return false }
        // Who was lost with a restart has no say: the rebalance will not wait for it. Static members keep their place.
        let others = members.values.filter { $0.id != id && !($0.isUnheard && $0.instanceID == nil) }
        return protocols.contains { candidate in
            others.allSatisfy { member in member.protocols.contains { $0.name == candidate.name } }
        }
    }

    /// The protocol that every member supports and most prefer; among equals the one voted for first.
    func selectProtocol() -> String? {
        guard let first = members.values.first else { return nil }
        let candidates = first.protocols.map(\.name).filter { name in
            members.values.allSatisfy { member in member.protocols.contains { $0.name == name } }
        }
        var votes: OrderedDictionary<String, Int> = [:]
        for member in members.values {
            if let vote = member.protocols.first(where: { candidates.contains($0.name) }) {
                votes[vote.name, default: 0] += 1
            }
        }
        return votes.max { $0.value < $1.value }?.key
    }

    /// The topics that the members subscribe to; nil if that is not known.
    var subscribedTopics: Set<String>? {
        guard protocolType == "consumer", let protocolName else { return nil }
        var topics: Set<String> = []
        for member in members.values {
            // Every version of a consumer's subscription starts with the version and the topics.
            var reader = WireReader(member.metadata(for: protocolName))
            do {
                _ = try reader.int16()
                topics.formUnion(try reader.array() as [String])
            } catch {
                // Not a consumer's subscription after all, so nothing is known.
                return nil
            }
        }
        return topics
    }
}

// MARK: Members

extension ConsumerGroup {
    mutating func add(_ member: GroupMember, type: String) {
        if members.isEmpty { protocolType = type }
        if let instanceID = member.instanceID { staticMembers[instanceID] = member.id }
        if leader == nil { leader = member.id }
        members[member.id] = member
        pendingMembers[member.id] = nil
    }

    /// Takes the member out, without looking at what that means for the rebalance.
    @discardableResult
    mutating func take(_ id: String) -> GroupMember? {
        let member = members.removeValue(forKey: id)
        if let instanceID = member?.instanceID, staticMembers[instanceID] == id { staticMembers[instanceID] = nil }
        if leader == id { leader = members.keys.first }
        pendingMembers[id] = nil
        pendingSync.remove(id)
        return member
    }
}
