import KafkaProtocol
import NIOCore

/// What of a group's membership outlives the broker.
struct GroupSnapshot: WireStructure {
    var protocolType = ""
    var generation: Int32 = 0
    var protocolName: String?
    var leader: String?
    var stateTimestamp: Int64 = -1
    var members: [Member] = []

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&protocolType, &generation, &protocolName, &leader)
        try wire.fields(&stateTimestamp, &members)
    }

    struct Member: WireStructure {
        var id = ""
        var instanceID: String?
        var clientID = ""
        var clientHost = ""
        var rebalanceTimeoutMilliseconds: Int32 = 0
        var sessionTimeoutMilliseconds: Int32 = 0
        /// For the chosen protocol; the others a member tells again when it joins again.
        var subscription = ByteBuffer()
        var assignment = ByteBuffer()

        static var defaults: Self { Self() }
        mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&id, &instanceID, &clientID, &clientHost)
            try wire.fields(&rebalanceTimeoutMilliseconds, &sessionTimeoutMilliseconds, &subscription, &assignment)
        }
    }
}

extension GroupSnapshot {
    init(_ group: ConsumerGroup) {
        protocolType = group.protocolType ?? ""
        generation = group.generation
        protocolName = group.protocolName
        leader = group.leader
        stateTimestamp = group.stateTimestamp
        members = group.members.values.map { member in
            Member(
                id: member.id, instanceID: member.instanceID, clientID: member.clientID, clientHost: member.clientHost,
                rebalanceTimeoutMilliseconds: member.rebalanceTimeoutMilliseconds,
                sessionTimeoutMilliseconds: member.sessionTimeoutMilliseconds,
                subscription: member.metadata(for: group.protocolName), assignment: member.assignment)
        }
    }
}

extension ConsumerGroup {
    /// The group as its record says, its members' sessions starting `now`.
    mutating func restore(_ snapshot: GroupSnapshot, _ now: BrokerTime) {
        protocolType = snapshot.protocolType.isEmpty ? nil : snapshot.protocolType
        generation = snapshot.generation
        protocolName = snapshot.protocolName
        leader = snapshot.leader
        stateTimestamp = snapshot.stateTimestamp
        members = [:]
        staticMembers = [:]
        for saved in snapshot.members {
            var member = GroupMember(
                id: saved.id, instanceID: saved.instanceID, clientID: saved.clientID, clientHost: saved.clientHost,
                rebalanceTimeoutMilliseconds: saved.rebalanceTimeoutMilliseconds,
                sessionTimeoutMilliseconds: saved.sessionTimeoutMilliseconds,
                protocols: [.init(name: snapshot.protocolName ?? "", metadata: saved.subscription)],
                assignment: saved.assignment)
            member.touch(now)
            member.isNew = false
            member.isUnheard = true
            members[saved.id] = member
            if let instanceID = saved.instanceID { staticMembers[instanceID] = saved.id }
        }
        state = members.isEmpty ? .empty : .stable
    }
}
