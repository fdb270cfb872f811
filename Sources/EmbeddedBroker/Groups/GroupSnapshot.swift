import KafkaProtocol
import NIOCore

/// What of a group's membership outlives the broker.
struct GroupSnapshot: Hashable, Sendable {
    var protocolType = ""
    var generation: Int32 = 0
    var protocolName: String?
    var leader: String?
    var stateTimestamp: Int64 = -1
    var members: [Member] = []

    struct Member: Hashable, Sendable {
        var id = ""
        var instanceID: String?
        var clientID = ""
        var clientHost = ""
        var rebalanceTimeoutMilliseconds: Int32 = 0
        var sessionTimeoutMilliseconds: Int32 = 0
        /// For the chosen protocol; the others a member tells again when it joins again.
        var subscription = ByteBuffer()
        var assignment = ByteBuffer()
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

    /// Nil for a version that this broker does not write.
    init?(_ value: ByteBuffer) throws(WireError) {
        var reader = WireReader(value)
        guard try reader.int16() == 3 else { return nil }
        protocolType = try reader.string()
        generation = try reader.int32()
        protocolName = try reader.nullableString()
        leader = try reader.nullableString()
        stateTimestamp = try reader.int64()
        for _ in 0..<max(try reader.int32(), 0) {
            members.append(
                Member(
                    id: try reader.string(), instanceID: try reader.nullableString(), clientID: try reader.string(),
                    clientHost: try reader.string(), rebalanceTimeoutMilliseconds: try reader.int32(),
                    sessionTimeoutMilliseconds: try reader.int32(), subscription: try reader.bytes(),
                    assignment: try reader.bytes()))
        }
    }

    func encoded() -> ByteBuffer {
        var writer = WireWriter()
        writer.int16(3)
        writer.string(protocolType)
        writer.int32(generation)
        writer.nullableString(protocolName)
        writer.nullableString(leader)
        writer.int64(stateTimestamp)
        writer.int32(Int32(members.count))
        for member in members {
            writer.string(member.id)
            writer.nullableString(member.instanceID)
            writer.string(member.clientID)
            writer.string(member.clientHost)
            writer.int32(member.rebalanceTimeoutMilliseconds)
            writer.int32(member.sessionTimeoutMilliseconds)
            writer.bytes(member.subscription)
            writer.bytes(member.assignment)
        }
        return WireFrame.joined(writer.finish())
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
