import KafkaProtocol

/// A member of a consumer group, in the classic protocol (KIP-62): joins, shares out the partitions if it is the
/// leader, stays alive by heartbeats, and tells what it was given.
///
/// With eager assignors it gives up everything before it joins again. With cooperative ones (KIP-429) it keeps what it
/// has, gives up what the new assignment takes away, and then joins again so that others can get it.
///
/// The order of one rebalance: ``GroupEvent/revoked(_:_:)``, ``released(_:)``, JoinGroup, SyncGroup,
/// ``GroupEvent/assigned(_:all:)``.
final class GroupMember {
    enum Phase: Hashable {
        /// Not a member, and not about to be.
        case out
        /// A revocation is being handled; a member as before.
        case releasing(ReleaseTicket, then: AfterRelease)
        /// JoinGroup is on its way or will be.
        case joining
        /// The leader waits to know the topics of the whole group.
        case assigning(JoinedGroup)
        case syncing
        case stable
        /// The application has not polled for too long. It joins again once it polls.
        case expelled
        case leaving
    }

    enum AfterRelease: Hashable { case join, leave }

    let settings: GroupSettings
    unowned let access: any ClusterAccess
    let lane: Lane
    let onEvent: (GroupEvent) -> Void

    var phase = Phase.out
    var subscription: Set<String> = []
    /// What JoinGroup last said of ``subscription``.
    var joinedSubscription: Set<String> = []
    /// Given by the coordinator; empty for none.
    var memberID = ""
    /// Of the last answer to JoinGroup; -1 for none.
    var generation: Int32 = -1
    /// The assignor that the group has chosen.
    var assignorName = ""
    /// What the member has.
    var owned: Set<TopicPartition> = []
    /// The generation that ``owned`` was given in. Not simply ``generation``: a member that joined and was interrupted
    /// before it was given anything would claim its old share for the new generation (KAFKA-14016).
    var ownedGeneration: Int32 = -1
    /// As whom to commit: as the member that was last given partitions. It stays when they are lost, so that the
    /// coordinator refuses what comes too late; a commit without a member is one that nobody checks.
    var metadata: ConsumerGroupMetadata
    /// Why the member has to join again, once it can.
    var rejoinReason: String?
    /// The same, sent to the coordinator with the JoinGroup that is on its way.
    var joinReason: String?
    /// What the leader assigned by: the partitions of the group's topics. Nil for followers.
    var assignedCounts: [String: Int32]?

    var attempts = 0
    var follower: FollowerID?
    /// The JoinGroup or SyncGroup that is on its way.
    var request: RequestID?
    var heartbeat: RequestID?
    var heartbeatTimer: TimerID?
    var retryTimer: TimerID?
    var pollTimer: TimerID?
    var lastPoll: Int64 = 0
    var lastTicket: UInt64 = 0
    var onLeft: (() -> Void)?

    /// - Parameters:
    ///   - client: sets this member's connections apart from others'.
    ///   - onEvent: called inside the calls that cause the event.
    init(
        _ settings: GroupSettings, _ access: any ClusterAccess, client: Int, onEvent: @escaping (GroupEvent) -> Void
    ) {
        self.settings = settings
        self.access = access
        self.lane = .group(client)
        metadata = ConsumerGroupMetadata(groupID: settings.groupID, instanceID: settings.instanceID)
        self.onEvent = onEvent
    }

    var now: Int64 { access.now.monotonic }

    var name: String { "group \(settings.groupID)" }

    func options(deadline: Int64, timeout: Int64? = nil, lane: Lane? = nil) -> RequestOptions {
        RequestOptions(
            lane: lane ?? self.lane, clientID: settings.clientID, timeout: timeout, deadline: deadline)
    }
}

// MARK: What the owner calls

extension GroupMember {
    /// Joins the group, or joins again to read other topics.
    func subscribe(_ topics: Set<String>) {
        subscription = topics
        followTopics()
        switch phase {
        case .out:
            polled()
            phase = .joining
            join()
        case .leaving: break
        default: if topics != joinedSubscription { rejoin("the subscription has changed") }
        }
    }

    /// The application polls: it is alive. Has to be called at least every `max.poll.interval.ms`.
    func polled() {
        lastPoll = now
        if pollTimer == nil { watchPolls(at: lastPoll + settings.pollIntervalMilliseconds) }
        if phase == .expelled {
            phase = .joining
            join()
        }
    }

    /// The revocation with this ticket was handled.
    func released(_ ticket: ReleaseTicket) {
        guard case .releasing(ticket, let next) = phase else { return }
        switch next {
        case .join:
            if !settings.isCooperative { owned = [] }
            phase = .joining
            join()
        case .leave:
            owned = []
            sendLeave()
        }
    }

    /// Gives everything up and leaves. A static member keeps its place in the group for its session timeout.
    ///
    /// - Parameter done: called once, when the coordinator knows or cannot be reached.
    func leave(then done: @escaping () -> Void) {
        guard phase != .out, phase != .leaving else {
            access.schedule(at: now, done)
            return
        }
        onLeft = done
        stopRequests()
        if case .releasing(let ticket, _) = phase {
            phase = .releasing(ticket, then: .leave)
        } else if owned.isEmpty || generation < 0 {
            lose()
            sendLeave()
        } else {
            release(owned, then: .leave)
        }
    }
}
