import DequeModule
import KafkaProtocol

/// A consumer without sockets, clock and threads: what it wants of Kafka goes through ``ClusterAccess``.
///
/// It keeps a ``PartitionState`` for each partition that it reads, finds out where to begin, fetches ahead of the
/// application within bounds, and hands out records when polled. With a group, a ``GroupMember`` says which partitions
/// it reads.
///
/// Each method that changes something ends in ``settle()``: it asks for what is missing and ends a poll that waits.
final class ConsumerCore {
    let settings: ConsumerSettings
    unowned let access: any ClusterAccess
    let lane: Lane
    private let number: Int

    var member: GroupMember?
    var partitions: [TopicPartition: PartitionState] = [:]
    /// Whose turn it is to be fetched and handed out first.
    var order: [TopicPartition] = []
    /// By broker id.
    var links: [Int32: FetchLink] = [:]

    /// What the application has not seen of its group yet.
    var events: Deque<GroupEvent> = []
    /// What the next poll throws.
    var errors: Deque<ClientError> = []
    var waitingPoll: WaitingPoll?
    /// The next poll that may wait does not.
    var owesWake = false
    /// As whom the application commits: as the member that it knows itself to be. The group may have lost it and given
    /// it a new share meanwhile. Committed under that, what it has polled before would count, though others read it.
    var committer: ConsumerGroupMetadata?
    /// The application says itself what it reads with a share of the group (``read(_:at:)``).
    var choosesPartitions = false

    private var follower: FollowerID?
    private var lastTurn: UInt64 = 0
    var wakeTimer: (id: TimerID, at: Int64)?
    var isSettling = false
    private(set) var isClosed = false

    /// - Parameter client: a number of its own among the clients of the process.
    init(_ settings: ConsumerSettings, _ access: any ClusterAccess, client: Int) {
        self.settings = settings
        self.access = access
        number = client
        lane = .fetch(client)
        if let groupSettings = GroupSettings(settings) {
            member = GroupMember(groupSettings, access, client: client) { [weak self] in self?.groupSays($0) }
            committer = member?.metadata
        }
    }

    var now: Int64 { access.now.monotonic }
    var name: String { "consumer \(settings.clientID)" }

    func takeTurn() -> UInt64 {
        lastTurn += 1
        return lastTurn
    }

    func options(deadline: Int64? = nil, retries: Bool = true) -> RequestOptions {
        RequestOptions(clientID: settings.clientID, deadline: deadline, retries: retries)
    }

    /// The wait before the next attempt for something that has failed so often.
    func backoff(_ attempts: Int) -> Int64 {
        access.random.backoff(
            base: access.settings.retryBackoffMilliseconds, limit: access.settings.retryBackoffMaximumMilliseconds,
            attempt: attempts)
    }

    /// Changes the state of a partition that is still read; nil if it is not.
    @discardableResult
    func change<Result>(_ place: TopicPartition, _ body: (inout PartitionState) -> Result) -> Result? {
        guard let index = partitions.index(forKey: place) else { return nil }
        return body(&partitions.values[index])
    }
}

// MARK: Which partitions

extension ConsumerCore {
    /// Reads topics as a member of the group.
    ///
    /// - Parameter choosing: whether the application says itself what it reads with a share. Only with eager assignors,
    ///   which give and take all of it at once.
    func subscribe(_ topics: Set<String>, choosing: Bool = false) throws(ClientError) {
        try check()
        guard let member else {
            throw ClientError(
                .state, "a consumer without a group cannot subscribe; assign partitions to it", context: name)
        }
        guard !choosing || !member.settings.isCooperative else {
            throw ClientError(.invalidSetting, "partition.assignment.strategy must be an eager one here", context: name)
        }
        choosesPartitions = choosing
        member.subscribe(topics)
        settle()
    }

    /// Reads these partitions and no others, with no group involved.
    func assign(_ starts: [TopicPartition: StartOffset]) throws(ClientError) {
        try check()
        guard member?.phase ?? .out == .out else {
            throw ClientError(.state, "the consumer has subscribed: its group assigns", context: name)
        }
        for place in order where starts[place] == nil { remove(place) }
        for (place, start) in starts.sorted(by: { $0.key < $1.key }) {
            add(place)
            begin(place, at: start)
        }
        followTopics()
        settle()
    }

    /// Where to begin in partitions that the group has assigned. Those left out begin where the group left off.
    func begin(_ new: [TopicPartition], at starts: [TopicPartition: StartOffset]) {
        for place in new where partitions[place]?.stage == .assigned { begin(place, at: starts[place] ?? .committed) }
        settle()
    }

    func check() throws(ClientError) {
        if isClosed { throw ClientError(.closed, "the consumer is closed", context: name) }
    }

    func add(_ place: TopicPartition) {
        if partitions.updateValue(PartitionState(place, turn: takeTurn()), forKey: place) == nil { order.append(place) }
    }

    func remove(_ place: TopicPartition) {
        partitions[place] = nil
        order.removeAll { $0 == place }
    }

    private func begin(_ place: TopicPartition, at start: StartOffset) {
        let turn = takeTurn()
        change(place) { state in
            switch start {
            case .offset(let offset): state.moveTo(offset, epoch: -1, turn: turn)
            case .beginning: state.find(.findingOffset(time: ListedTime.beginning), turn: turn)
            case .end: state.find(.findingOffset(time: ListedTime.end), turn: turn)
            case .committed: state.find(.findingCommitted, turn: turn)
            }
        }
    }

    func followTopics() {
        let topics = Set(partitions.keys.map(\.topic))
        if let follower {
            access.change(follower, to: .named(topics))
        } else if !topics.isEmpty {
            follower = access.follow(.named(topics)) { [weak self] in self?.metadataCame() }
        }
    }

    private func metadataCame() {
        // Thrown by one poll, and again after the next attempt.
        if let refusal = access.refusal, errors.isEmpty { errors.append(refusal) }
        settle()
    }
}

// MARK: What the application does with them

extension ConsumerCore {
    /// Goes on at other places. No record from before is handed out after this.
    func seek(_ starts: [TopicPartition: StartOffset]) throws(ClientError) {
        try check()
        try checkAssigned(starts.keys)
        for (place, start) in starts { begin(place, at: start) }
        settle()
    }

    /// Stops handing out records of these partitions, and fetching them. What was read ahead is kept.
    func pause(_ places: [TopicPartition]) throws(ClientError) { try setPaused(places, true) }

    /// Hands them out again, from where it stopped.
    func resume(_ places: [TopicPartition]) throws(ClientError) { try setPaused(places, false) }

    private func setPaused(_ places: [TopicPartition], _ isPaused: Bool) throws(ClientError) {
        try check()
        try checkAssigned(places)
        for place in places { change(place) { $0.isPaused = isPaused } }
        settle()
    }

    private func checkAssigned(_ places: some Sequence<TopicPartition>) throws(ClientError) {
        for place in places where partitions[place] == nil {
            throw ClientError(.state, "the partition is not assigned", context: "\(name): \(place)")
        }
    }

    /// The offsets of the next records that polls will hand out, for those of the partitions where that is known.
    func positions(_ places: some Sequence<TopicPartition>) -> [TopicPartition: Int64] {
        var positions: [TopicPartition: Int64] = [:]
        for place in places {
            if let state = partitions[place], state.position >= 0 { positions[place] = state.position }
        }
        return positions
    }

    /// Leaves the group and forgets everything. What the application still has to give up comes as an event first,
    /// unless it has stopped polling: then `giveUp` is false.
    func close(then done: @escaping () -> Void) {
        guard !isClosed else {
            access.schedule(at: now, done)
            return
        }
        isClosed = true
        let finish = { [self] in
            for place in order { remove(place) }
            if let follower { access.unfollow(follower) }
            follower = nil
            if let wakeTimer { access.cancel(wakeTimer.id) }
            wakeTimer = nil
            closeSessions()
            endPoll(with: ClientError(.closed, "the consumer is closed", context: name))
            done()
        }
        if let member { member.leave(then: finish) } else { access.schedule(at: now, finish) }
        settle()
    }
}

extension GroupSettings {
    init?(_ settings: ConsumerSettings) {
        guard let groupID = settings.groupID else { return nil }
        self.init(groupID: groupID, clientID: settings.clientID)
        instanceID = settings.groupInstanceID
        rackID = settings.rackID
        sessionTimeoutMilliseconds = settings.sessionTimeoutMilliseconds
        heartbeatIntervalMilliseconds = settings.heartbeatIntervalMilliseconds
        pollIntervalMilliseconds = settings.pollIntervalMilliseconds
        assignors = settings.assignmentStrategies.map(\.assignor)
    }
}
