import KafkaProtocol

/// Who is in a group.
extension GroupCoordinator {
    mutating func joinGroup(_ request: JoinGroupRequest, _ context: RequestContext, now: BrokerTime) -> [GroupAction] {
        if let error = refusal(of: request, now) {
            effects.reply(context, JoinGroupResponse(refusing: request.memberID, error))
            return effects.takeActions()
        }
        let prefix = request.groupInstanceID ?? context.header.clientID ?? ""
        let newID = request.memberID.isEmpty ? memberIDs.next(prefix: prefix) : ""
        _ = update(request.groupID) { group, effects in
            group.join(request, context, newID: newID, now, &effects)
        }
        return effects.takeActions()
    }

    /// What is wrong with the request as such; otherwise its group is there afterwards.
    private mutating func refusal(of request: JoinGroupRequest, _ now: BrokerTime) -> ErrorCode? {
        guard isValid(request.groupID) else { return .invalidGroupID }
        let timeouts = config.minimumSessionTimeoutMilliseconds...config.maximumSessionTimeoutMilliseconds
        guard timeouts.contains(request.sessionTimeoutMilliseconds) else { return .invalidSessionTimeout }
        let names = request.protocols.map(\.name) + [request.groupInstanceID ?? "", request.protocolType]
        guard names.allSatisfy({ $0.utf8.count <= config.maximumIDBytes }), request.groupInstanceID != "" else {
            return .invalidRequest
        }
        if request.memberID.isEmpty {
            return create(request.groupID, now) ? nil : .coordinatorNotAvailable
        }
        return groups[request.groupID] == nil ? .unknownMemberID : nil
    }

    mutating func syncGroup(_ request: SyncGroupRequest, _ context: RequestContext, now: BrokerTime) -> [GroupAction] {
        let found: Void? = update(request.groupID) { group, effects in group.sync(request, context, now, &effects) }
        if found == nil {
            effects.reply(
                context,
                SyncGroupResponse { $0.errorCode = isValid(request.groupID) ? .unknownMemberID : .invalidGroupID })
        }
        return effects.takeActions()
    }

    mutating func heartbeat(_ request: HeartbeatRequest, _ context: RequestContext, now: BrokerTime) -> [GroupAction] {
        let error = update(request.groupID) { group, _ in group.heartbeat(request, now) }
        let missing: ErrorCode = isValid(request.groupID) ? .unknownMemberID : .invalidGroupID
        effects.reply(context, HeartbeatResponse { $0.errorCode = error ?? missing })
        return effects.takeActions()
    }

    mutating func leaveGroup(_ request: LeaveGroupRequest, _ context: RequestContext, now: BrokerTime) -> [GroupAction]
    {
        guard isValid(request.groupID) else {
            effects.reply(context, LeaveGroupResponse { $0.errorCode = .invalidGroupID })
            return effects.takeActions()
        }
        // Before version 3 a member could only take itself out, and got its error as that of the whole.
        let isSingle = context.header.version < 3
        let leaving = isSingle ? [.init { $0.memberID = request.memberID }] : request.members
        let left = leaving.map { member in
            let error = update(request.groupID) { group, effects in group.leave(member, now, &effects) }
            return LeaveGroupResponse.Member {
                $0.memberID = member.memberID
                $0.groupInstanceID = member.groupInstanceID
                $0.errorCode = error ?? .unknownMemberID
            }
        }
        effects.reply(
            context,
            isSingle
                ? LeaveGroupResponse { $0.errorCode = left[0].errorCode } : LeaveGroupResponse { $0.members = left })
        return effects.takeActions()
    }

    /// The connections of these waiting requests are gone. Their members stay until their session ends, unless they
    /// were only about to join: those start over if they come back, and must not hold up the others.
    mutating func cancel(_ contexts: [RequestContext], now: BrokerTime) -> [GroupAction] {
        let gone = Set(contexts.map(\.token))
        for id in groups.keys.sorted() {
            _ = update(id) { group, effects in
                for member in group.members.values {
                    if let waiting = member.waitingJoin, gone.contains(waiting.token) {
                        group.members[member.id]?.waitingJoin = nil
                        if member.isNew, member.instanceID == nil {
                            group.remove(member.id, "closed its connection while joining", now, &effects)
                        } else {
                            group.members[member.id]?.isNew = false
                            group.members[member.id]?.touch(now)
                        }
                    }
                    if let waiting = member.waitingSync, gone.contains(waiting.token) {
                        group.members[member.id]?.waitingSync = nil
                        group.members[member.id]?.touch(now)
                    }
                }
            }
        }
        return effects.takeActions()
    }
}
