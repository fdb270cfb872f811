import KafkaProtocol
import NIOCore

/// How a group gets from one generation to the next.
extension ConsumerGroup {
    /// Starts a rebalance, unless one is being prepared already, and completes it if everybody is there.
    mutating func rebalance(_ reason: String, _ now: BrokerTime, _ effects: inout GroupEffects) {
        if state != .preparingRebalance { prepareRebalance(reason, now, &effects) }
        completeJoinIfReady(now, &effects)
    }

    private mutating func prepareRebalance(_ reason: String, _ now: BrokerTime, _ effects: inout GroupEffects) {
        effects.note("group \"\(id)\": rebalancing after generation \(generation): \(reason)")
        if state == .completingRebalance { refuseSyncs(.rebalanceInProgress, now, &effects) }
        pendingSync = []
        syncDeadline = nil
        if state == .empty, config.initialRebalanceDelayMilliseconds > 0 {
            let delay = config.initialRebalanceDelayMilliseconds
            joinDeadline = now.monotonic + delay
            initialDelayLeft = max(rebalanceTimeoutMilliseconds - delay, 0)
            memberJoinedDuringDelay = false
        } else {
            joinDeadline = now.monotonic + rebalanceTimeoutMilliseconds
            initialDelayLeft = nil
        }
        transition(to: .preparingRebalance, now)
    }

    /// The members that wait for an assignment have to join again.
    private mutating func refuseSyncs(_ error: ErrorCode, _ now: BrokerTime, _ effects: inout GroupEffects) {
        for index in members.values.indices {
            members.values[index].assignment = ByteBuffer()
            guard let context = members.values[index].waitingSync else { continue }
            members.values[index].waitingSync = nil
            members.values[index].touch(now)
            effects.reply(context, SyncGroupResponse { $0.errorCode = error })
        }
    }

    /// Nobody waits for ids that have lapsed, nor for members that were lost with a restart.
    private var hasEverybodyJoined: Bool {
        pendingMembers.isEmpty && members.values.allSatisfy { $0.waitingJoin != nil || $0.isUnheard }
    }

    mutating func completeJoinIfReady(_ now: BrokerTime, _ effects: inout GroupEffects) {
        guard state == .preparingRebalance, initialDelayLeft == nil, hasEverybodyJoined else { return }
        completeJoin(now, &effects)
    }

    /// The time to join is over.
    mutating func joinDeadlinePassed(_ now: BrokerTime, _ effects: inout GroupEffects) {
        if let left = initialDelayLeft {
            if memberJoinedDuringDelay, left > 0 {
                let delay = min(config.initialRebalanceDelayMilliseconds, left)
                memberJoinedDuringDelay = false
                initialDelayLeft = left - delay
                joinDeadline = now.monotonic + delay
                return
            }
            initialDelayLeft = nil
        }
        completeJoin(now, &effects)
    }

    private mutating func completeJoin(_ now: BrokerTime, _ effects: inout GroupEffects) {
        // Static members keep their place until their session ends.
        for member in members.values where member.waitingJoin == nil && member.instanceID == nil {
            effects.note("group \"\(id)\": \(member.id) did not join and is removed")
            take(member.id)
        }
        if !members.isEmpty, !electJoinedLeader() {
            joinDeadline = now.monotonic + rebalanceTimeoutMilliseconds
            return
        }
        joinDeadline = nil
        generation = generation == .max ? 1 : generation + 1
        guard !members.isEmpty else { return becomeEmpty(now, &effects) }
        protocolName = selectProtocol()
        transition(to: .completingRebalance, now)
        syncDeadline = now.monotonic + rebalanceTimeoutMilliseconds
        pendingSync = members.keys
        effects.note("group \"\(id)\": generation \(generation) has \(members.count) members, led by \(leader ?? "")")
        for id in Array(members.keys) {
            members[id]?.isNew = false
            if let context = members[id]?.waitingJoin {
                members[id]?.waitingJoin = nil
                members[id]?.touch(now)
                effects.reply(context, joinResponse(for: id))
            }
        }
    }

    /// Whether the leader is one that has joined, if need be a new one.
    private mutating func electJoinedLeader() -> Bool {
        if let leader, members[leader]?.waitingJoin != nil { return true }
        guard let joined = members.values.first(where: { $0.waitingJoin != nil }) else { return false }
        leader = joined.id
        return true
    }

    private mutating func becomeEmpty(_ now: BrokerTime, _ effects: inout GroupEffects) {
        protocolName = nil
        leader = nil
        pendingSync = []
        syncDeadline = nil
        transition(to: .empty, now)
        effects.note("group \"\(id)\": generation \(generation) is empty")
        effects.persist([GroupRecord.group(self)], then: .none)
    }

    /// What a member is given about the present generation; the leader also learns who else is in it.
    func joinResponse(for id: String, skipAssignment: Bool = false) -> JoinGroupResponse {
        JoinGroupResponse {
            $0.generationID = generation
            $0.protocolType = protocolType
            $0.protocolName = protocolName
            $0.leader = leader ?? ""
            $0.skipAssignment = skipAssignment
            $0.memberID = id
            $0.members = leader == id ? memberList : []
        }
    }

    private var memberList: [JoinGroupResponse.Member] {
        members.values.map { member in
            .init {
                $0.memberID = member.id
                $0.groupInstanceID = member.instanceID
                $0.metadata = member.metadata(for: protocolName)
            }
        }
    }

    /// Takes a member out, if there is one; what waits in its name is answered that it is unknown.
    private mutating func dismiss(_ id: String, _ effects: inout GroupEffects) -> Bool {
        guard let member = take(id) else { return false }
        if let context = member.waitingJoin {
            effects.reply(context, JoinGroupResponse { $0.errorCode = .unknownMemberID })
        }
        if let context = member.waitingSync {
            effects.reply(context, SyncGroupResponse { $0.errorCode = .unknownMemberID })
        }
        return true
    }

    /// Removes a member, and begins a rebalance if that is one to the others.
    mutating func remove(_ id: String, _ reason: String, _ now: BrokerTime, _ effects: inout GroupEffects) {
        guard dismiss(id, &effects) else { return }
        switch state {
        case .empty: break
        case .preparingRebalance: completeJoinIfReady(now, &effects)
        case .completingRebalance, .stable: rebalance("\(id) \(reason)", now, &effects)
        }
    }

    mutating func removePending(_ id: String, _ now: BrokerTime, _ effects: inout GroupEffects) {
        pendingMembers[id] = nil
        completeJoinIfReady(now, &effects)
    }

    /// Does what is due by now.
    mutating func expire(_ now: BrokerTime, _ effects: inout GroupEffects) {
        for (id, lapse) in pendingMembers where lapse <= now.monotonic { removePending(id, now, &effects) }
        for id in members.keys {
            guard let member = members[id], member.canExpire, member.deadline <= now.monotonic else { continue }
            remove(id, "was not heard of for \(member.sessionTimeoutMilliseconds) ms", now, &effects)
        }
        if let deadline = joinDeadline, deadline <= now.monotonic { joinDeadlinePassed(now, &effects) }
        if let deadline = syncDeadline, deadline <= now.monotonic { syncDeadlinePassed(now, &effects) }
    }

    private mutating func syncDeadlinePassed(_ now: BrokerTime, _ effects: inout GroupEffects) {
        syncDeadline = nil
        guard !pendingSync.isEmpty else { return }
        for id in pendingSync {
            effects.note("group \"\(self.id)\": \(id) did not ask for its assignment and is removed")
            // A static member that is just coming back waits for an answer, though nobody waits for it to be assigned
            // anything.
            _ = dismiss(id, &effects)
        }
        rebalance("members did not ask for their assignment", now, &effects)
    }
}
