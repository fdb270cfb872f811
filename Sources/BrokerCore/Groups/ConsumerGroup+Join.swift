import KafkaProtocol
import NIOCore

/// JoinGroup.
extension ConsumerGroup {
    /// A member wants to be in the next generation. `newID` is its id if it has none yet.
    mutating func join(
        _ request: JoinGroupRequest, _ context: RequestContext, newID: String, _ now: BrokerTime,
        _ effects: inout GroupEffects
    ) {
        let member = GroupMember(request, context, id: request.memberID.isEmpty ? newID : request.memberID)
        func refuse(_ error: ErrorCode, id: String = request.memberID) {
            effects.reply(context, JoinGroupResponse(refusing: id, error))
        }
        guard hasRoom(for: request.memberID) else {
            take(request.memberID)
            return refuse(.groupMaxSizeReached, id: "")
        }
        let present =
            members[request.memberID] ?? request.groupInstanceID.flatMap { staticMembers[$0] }.flatMap { members[$0] }
        guard supports(type: request.protocolType, protocols: member.protocols, replacing: present?.id) else {
            return refuse(.inconsistentGroupProtocol)
        }
        guard bytes(replacing: present?.id, with: member) <= config.maximumGroupBytes else {
            return refuse(.groupMaxSizeReached)
        }
        if request.memberID.isEmpty {
            joinNew(member, request, context, now, &effects)
        } else if pendingMembers[request.memberID] != nil, request.groupInstanceID == nil {
            admit(member, type: request.protocolType, context, now, &effects)
        } else if let error = check(member: request.memberID, instanceID: request.groupInstanceID) {
            refuse(error)
        } else {
            rejoin(member, context, now, &effects)
        }
    }

    private func hasRoom(for id: String) -> Bool {
        switch state {
        case .empty: true
        case .preparingRebalance:
            members[id]?.waitingJoin != nil
                || members.values.count(where: { $0.waitingJoin != nil }) < config.maximumMembers
        case .completingRebalance, .stable: members[id] != nil || members.count < config.maximumMembers
        }
    }

    private func bytes(replacing id: String?, with member: GroupMember) -> Int {
        members.values.reduce(member.protocolBytes) { $1.id == id ? $0 : $0 + $1.protocolBytes }
    }

    private mutating func joinNew(
        _ member: GroupMember, _ request: JoinGroupRequest, _ context: RequestContext, _ now: BrokerTime,
        _ effects: inout GroupEffects
    ) {
        if let instanceID = member.instanceID, let oldID = staticMembers[instanceID] {
            replaceStatic(oldID, with: member, context, now, &effects)
        } else if member.instanceID == nil, context.header.version >= 4 {
            // The client shall know its id before it counts, or each of its retries would be one more member (KIP-394).
            guard pendingMembers.count < config.maximumMembers else {
                effects.reply(context, JoinGroupResponse { $0.errorCode = .groupMaxSizeReached })
                return
            }
            pendingMembers[member.id] = now.monotonic + Int64(member.sessionTimeoutMilliseconds)
            effects.reply(context, JoinGroupResponse(refusing: member.id, .memberIDRequired))
        } else {
            admit(member, type: request.protocolType, context, now, &effects)
        }
    }

    private mutating func admit(
        _ member: GroupMember, type: String, _ context: RequestContext, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        var member = member
        member.waitingJoin = context
        member.deadline = now.monotonic + config.newMemberTimeoutMilliseconds
        if initialDelayLeft != nil { memberJoinedDuringDelay = true }
        add(member, type: type)
        rebalance("\(member.id) joins", now, &effects)
    }

    private mutating func rejoin(
        _ member: GroupMember, _ context: RequestContext, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        let id = member.id
        let isUnchanged = members[id]?.protocols == member.protocols
        switch state {
        case .empty:
            effects.reply(context, JoinGroupResponse(refusing: id, .unknownMemberID))
        case .completingRebalance where isUnchanged, .stable where isUnchanged && leader != id:
            // It may not have got the answer, or it wants to know the present generation: nothing changes.
            members[id]?.touch(now)
            effects.reply(context, joinResponse(for: id))
        case .preparingRebalance, .completingRebalance, .stable:
            // A leader that joins again wants to assign again, for a reason of its own (topics that have grown, say).
            update(member, context, now, &effects)
            rebalance("\(id) joins again", now, &effects)
        }
    }

    /// Takes over what the request says of a present member, and lets it wait.
    private mutating func update(
        _ member: GroupMember, _ context: RequestContext, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        guard var present = members[member.id] else { return }
        if let abandoned = present.waitingJoin {
            effects.reply(abandoned, JoinGroupResponse(refusing: member.id, .rebalanceInProgress))
        }
        present.protocols = member.protocols
        present.rebalanceTimeoutMilliseconds = member.rebalanceTimeoutMilliseconds
        present.sessionTimeoutMilliseconds = member.sessionTimeoutMilliseconds
        present.clientID = member.clientID
        present.clientHost = member.clientHost
        present.waitingJoin = context
        if !present.isNew { present.touch(now) }
        members[member.id] = present
    }

    /// A static member is back under a new id: it takes its old place, and whoever still uses the old id is fenced.
    private mutating func replaceStatic(
        _ oldID: String, with member: GroupMember, _ context: RequestContext, _ now: BrokerTime,
        _ effects: inout GroupEffects
    ) {
        guard var present = members[oldID], let instanceID = member.instanceID else { return }
        if let waiting = present.waitingJoin {
            effects.reply(waiting, JoinGroupResponse(refusing: oldID, .fencedInstanceID))
        }
        if let waiting = present.waitingSync {
            effects.reply(waiting, SyncGroupResponse { $0.errorCode = .fencedInstanceID })
        }
        let oldLeader = leader
        present.id = member.id
        present.waitingJoin = nil
        present.waitingSync = nil
        members[oldID] = nil
        members[member.id] = present
        staticMembers[instanceID] = member.id
        if leader == oldID { leader = member.id }
        if pendingSync.remove(oldID) != nil { pendingSync.append(member.id) }
        update(member, context, now, &effects)

        switch state {
        case .stable where selectProtocol() == protocolName:
            // Its assignment still holds. From version 9 on the answer says so to a leader (KIP-814). Before, it is
            // made to believe that another leads, so that it does not assign what nobody would get.
            let canSkip = context.header.version >= 9
            var response = joinResponse(for: member.id, skipAssignment: canSkip && leader == member.id)
            if !canSkip {
                response.leader = oldLeader ?? ""
                response.members = []
            }
            effects.persist(
                [GroupRecord.group(self)], then: .replaceStaticMember(context, response, group: id))
        case .stable, .completingRebalance:
            // The leader assigns to the old id, so it has to do that again.
            rebalance("static member \(instanceID) is back as \(member.id)", now, &effects)
        case .preparingRebalance: completeJoinIfReady(now, &effects)
        case .empty: break
        }
    }

    /// The return of a static member is durable.
    mutating func staticMemberReplaced(
        _ context: RequestContext, _ response: JoinGroupResponse, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        // If a rebalance has begun meanwhile, the request waits for that.
        guard state == .stable, members[response.memberID]?.waitingJoin == context else { return }
        members[response.memberID]?.waitingJoin = nil
        members[response.memberID]?.touch(now)
        effects.reply(context, response)
    }
}

extension GroupMember {
    /// The member as its request describes it. What is kept of the request is copied out of its frame.
    init(_ request: JoinGroupRequest, _ context: RequestContext, id: String) {
        self.init(
            id: id, instanceID: request.groupInstanceID, clientID: context.header.clientID ?? "",
            clientHost: context.clientHost,
            rebalanceTimeoutMilliseconds: request.rebalanceTimeoutMilliseconds < 0
                ? request.sessionTimeoutMilliseconds : request.rebalanceTimeoutMilliseconds,
            sessionTimeoutMilliseconds: request.sessionTimeoutMilliseconds,
            protocols: request.protocols.map {
                AssignmentProtocol(name: $0.name, metadata: ByteBuffer(bytes: $0.metadata.readableBytesView))
            })
    }
}

extension JoinGroupResponse {
    /// A refusal of the member with this id.
    init(refusing memberID: String, _ errorCode: ErrorCode) {
        self.init()
        self.errorCode = errorCode
        self.memberID = memberID
    }
}
