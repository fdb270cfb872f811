import KafkaProtocol
import NIOCore

/// SyncGroup, Heartbeat and LeaveGroup.
extension ConsumerGroup {
    mutating func sync(
        _ request: SyncGroupRequest, _ context: RequestContext, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        func refuse(_ error: ErrorCode) { effects.reply(context, SyncGroupResponse { $0.errorCode = error }) }
        let id = request.memberID
        if let error = check(member: id, instanceID: request.groupInstanceID, generation: request.generationID) {
            return refuse(error)
        }
        guard request.protocolType == nil || request.protocolType == protocolType,
            request.protocolName == nil || request.protocolName == protocolName
        else { return refuse(.inconsistentGroupProtocol) }
        switch state {
        case .empty: refuse(.unknownMemberID)
        case .preparingRebalance:
            members[id]?.touch(now)
            refuse(.rebalanceInProgress)
        case .completingRebalance:
            if leader == id,
                request.assignments.reduce(0, { $0 + $1.assignment.readableBytes }) > config.maximumGroupBytes
            {
                return refuse(.invalidRequest)
            }
            if let abandoned = members[id]?.waitingSync {
                effects.reply(abandoned, SyncGroupResponse { $0.errorCode = .rebalanceInProgress })
            }
            members[id]?.waitingSync = context
            members[id]?.isUnheard = false
            pendingSync.remove(id)
            if leader == id { persistAssignment(request.assignments, &effects) }
        case .stable:
            members[id]?.touch(now)
            pendingSync.remove(id)
            if pendingSync.isEmpty { syncDeadline = nil }
            effects.reply(context, syncResponse(for: id))
        }
    }

    private func syncResponse(for id: String) -> SyncGroupResponse {
        SyncGroupResponse {
            $0.protocolType = protocolType
            $0.protocolName = protocolName
            $0.assignment = members[id]?.assignment ?? ByteBuffer()
        }
    }

    /// The assignment counts once it is durable: ``assign(_:generation:_:_:)``.
    private mutating func persistAssignment(
        _ assignments: [SyncGroupRequest.Assignment], _ effects: inout GroupEffects
    ) {
        var byMember: [String: [UInt8]] = [:]
        for assignment in assignments where members[assignment.memberID] != nil {
            byMember[assignment.memberID] = Array(assignment.assignment.readableBytesView)
        }
        var assigned = self
        assigned.setAssignments(byMember)
        effects.persist(
            [GroupRecord.group(assigned)], then: .assign(group: id, generation: generation, assignments: byMember))
    }

    private mutating func setAssignments(_ assignments: [String: [UInt8]]) {
        for index in members.values.indices {
            members.values[index].assignment = ByteBuffer(bytes: assignments[members.values[index].id] ?? [])
        }
    }

    /// Hands the leader's assignment out, unless a new rebalance has begun meanwhile.
    mutating func assign(
        _ assignments: [String: [UInt8]], generation: Int32, _ now: BrokerTime, _ effects: inout GroupEffects
    ) {
        guard state == .completingRebalance, generation == self.generation else { return }
        setAssignments(assignments)
        transition(to: .stable, now)
        if pendingSync.isEmpty { syncDeadline = nil }
        for id in members.keys {
            guard let context = members[id]?.waitingSync else { continue }
            members[id]?.waitingSync = nil
            members[id]?.touch(now)
            effects.reply(context, syncResponse(for: id))
        }
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ now: BrokerTime) -> ErrorCode {
        if let error = check(
            member: request.memberID, instanceID: request.groupInstanceID, generation: request.generationID)
        {
            return error
        }
        guard state != .empty else { return .unknownMemberID }
        members[request.memberID]?.touch(now)
        return state == .preparingRebalance ? .rebalanceInProgress : .none
    }

    mutating func leave(
        _ member: LeaveGroupRequest.Member, _ now: BrokerTime, _ effects: inout GroupEffects
    ) -> ErrorCode {
        if member.memberID.isEmpty {
            // An administrator removes a static member, whose id only the group knows.
            guard let id = member.groupInstanceID.flatMap({ staticMembers[$0] }) else { return .unknownMemberID }
            remove(id, "was removed", now, &effects)
        } else if pendingMembers[member.memberID] != nil {
            removePending(member.memberID, now, &effects)
        } else {
            if let error = check(member: member.memberID, instanceID: member.groupInstanceID) { return error }
            remove(member.memberID, "leaves", now, &effects)
        }
        return .none
    }
}
