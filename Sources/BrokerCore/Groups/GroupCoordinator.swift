import KafkaProtocol
import NIOCore

/// The coordinator of all consumer groups: who is in a group, which partitions each member has, how far the group has
/// come.
///
/// A deterministic state machine without clock, disk or network. To drive it:
///
/// 1. At start, hand every record of the log of group state to ``replay(_:producerID:now:)``, in order, and the end of
///    every transaction in that log to ``replayTransactionEnd(producerID:committed:)``; then call
///    ``finishReplay(now:)`` once.
/// 2. Hand each request to the method that has its name. What it returns is to be done in order: replies (some of them
///    to earlier requests that were waiting), and records to persist. A request that gets no reply at once gets it
///    later.
/// 3. When the records of a ``GroupAction/persist(_:_:producer:)`` are durable, call ``persisted(_:now:)``; replies
///    that depend on them come out of that. Commits become durable in the order in which they were asked for. If the
///    storage fails, nothing more is to be called: the replies never come.
/// 4. When a producer's transaction has ended, durably, call ``endTransaction(producerID:committed:now:)``.
/// 5. At ``nextDeadline`` at the latest, call ``tick(_:)``.
/// 6. When a connection closes, name its waiting requests to ``cancel(_:now:)``; when topics are deleted, call
///    ``deleteOffsets(ofTopics:)``.
///
/// After a restart the members of before keep their places, so that consumers that outlived the broker go on without a
/// rebalance. But until one of them is heard of again nobody waits for it: where everything was restarted together, the
/// new members start at once instead of after the old ones' session timeout.
///
/// The classic protocol (KIP-62) with static members (KIP-345), the member id that is required (KIP-394), consumers'
/// identity in transactional commits (KIP-447) and stable offsets. The retention that old clients send with a commit
/// is ignored in favour of ``GroupConfig/offsetRetentionMilliseconds``.
struct GroupCoordinator: Sendable {
    let config: GroupConfig
    var groups: [String: ConsumerGroup] = [:]
    var effects = GroupEffects()
    var memberIDs: MemberIDSource
    /// When groups are to be looked at.
    private var timers = Timers<String>()
    private var nextOffsetExpiry: Int64?
    /// The groups with undecided offsets, by producer id.
    var transactionalGroups: [Int64: Set<String>] = [:]

    /// - Parameter seed: makes member ids; must differ from run to run, or ids of before a restart could come again.
    init(config: GroupConfig, seed: UInt64) {
        self.config = config
        self.memberIDs = MemberIDSource(seed: seed)
    }

    /// When ``tick(_:)`` is due, in milliseconds of the monotonic clock; nil if time alone changes nothing.
    var nextDeadline: Int64? {
        guard let timer = timers.nextDeadline else { return nextOffsetExpiry }
        return min(timer, nextOffsetExpiry ?? timer)
    }
}

// MARK: Access to groups

extension GroupCoordinator {
    /// Lets `body` change a group, and keeps its deadline up to date.
    mutating func update<Result>(
        _ id: String, _ body: (inout ConsumerGroup, inout GroupEffects) -> Result
    ) -> Result? {
        guard let index = groups.index(forKey: id) else { return nil }
        let result = body(&groups.values[index], &effects)
        schedule(id, groups.values[index].nextDeadline)
        return result
    }

    mutating func schedule(_ id: String, _ deadline: Int64?) {
        if let deadline { timers.setIfEarlier(id, at: deadline) }
    }

    /// Makes sure that the group is there; false if there are too many.
    mutating func create(_ id: String, _ now: BrokerTime) -> Bool {
        guard groups[id] == nil else { return true }
        guard groups.count < config.maximumGroups else { return false }
        var group = ConsumerGroup(id: id, config: config)
        group.stateTimestamp = now.wall
        groups[id] = group
        scheduleOffsetExpiry(now)
        return true
    }

    mutating func scheduleOffsetExpiry(_ now: BrokerTime) {
        guard nextOffsetExpiry == nil, !groups.isEmpty else { return }
        nextOffsetExpiry = now.monotonic + config.offsetExpiryIntervalMilliseconds
    }

    mutating func remove(_ id: String) {
        groups[id] = nil
        timers.cancel(id)
    }

    func isValid(_ groupID: String) -> Bool { !groupID.isEmpty && groupID.utf8.count <= config.maximumIDBytes }

    mutating func reply(_ context: RequestContext, _ body: any KafkaMessage) -> [GroupAction] {
        effects.reply(context, body)
        return effects.takeActions()
    }

    /// Persists the records and replies once they are durable, or at once if there are none.
    mutating func persist(_ records: [InternalRecord], thenReply context: RequestContext, _ body: any KafkaMessage)
        -> [GroupAction]
    {
        if records.isEmpty {
            effects.reply(context, body)
        } else {
            effects.persist(records, then: .reply(context, body))
        }
        return effects.takeActions()
    }
}

// MARK: Durability and time

extension GroupCoordinator {
    /// The records of a ``GroupAction/persist(_:_:producer:)`` are durable.
    mutating func persisted(_ id: GroupCommitID, now: BrokerTime) -> [GroupAction] {
        switch effects.takeContinuation(id) {
        case nil, .some(.none): break
        case .reply(let context, let body): effects.reply(context, body)
        case .commitOffsets(let context, let response, let group, let number, let offsets):
            _ = update(group) { group, _ in group.offsets.end(number, offsets) }
            effects.reply(context, response)
        case .assign(let group, let generation, let assignments):
            _ = update(group) { group, effects in
                group.assign(assignments, generation: generation, now, &effects)
            }
        case .replaceStaticMember(let context, let response, let group):
            _ = update(group) { group, effects in group.staticMemberReplaced(context, response, now, &effects) }
        }
        return effects.takeActions()
    }

    /// Does what is due by `now`: ends sessions, completes rebalances, forgets offsets.
    mutating func tick(_ now: BrokerTime) -> [GroupAction] {
        while let id = timers.popExpired(now: now.monotonic) {
            _ = update(id) { group, effects in group.expire(now, &effects) }
        }
        if let due = nextOffsetExpiry, due <= now.monotonic {
            nextOffsetExpiry = nil
            expireOffsets(now)
            scheduleOffsetExpiry(now)
        }
        return effects.takeActions()
    }

    private mutating func expireOffsets(_ now: BrokerTime) {
        var records: [InternalRecord] = []
        for id in groups.keys.sorted() {
            _ = update(id) { group, _ in records += group.expireOffsets(now) }
            guard let group = groups[id], group.isDisposable else { continue }
            if group.protocolType != nil { records.append(GroupRecord.groupTombstone(id)) }
            remove(id)
        }
        if !records.isEmpty { effects.persist(records, then: .none) }
    }
}
