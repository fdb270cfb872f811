import KafkaProtocol

/// Fetch requests.
extension ConsumerCore {
    /// How long a broker may wait for records while partitions of it are full: they shall not wait for the others.
    private static let briefWaitMilliseconds: Int32 = 20
    /// How long a replica that the leader has named is read from before the leader is asked again.
    static let replicaMilliseconds: Int64 = 300_000

    /// Sends a request to each broker that has partitions to read, and none on its way.
    func fetch() {
        var brokers: [Int32] = []
        for place in order {
            guard let state = partitions[place], isWanted(state), let broker = source(of: state) else { continue }
            if !brokers.contains(broker) { brokers.append(broker) }
        }
        let free = brokers.filter { links[$0].map { !$0.isWaiting && $0.retryAt <= now && mayAsk($0) } ?? true }
        if !free.isEmpty { makeRoom() }
        for (index, broker) in free.enumerated() where bufferedBytes < settings.readAheadBytes {
            send(to: broker, bytes: share(among: free.count - index))
        }
        // Partitions without a leader are found again with newer metadata.
        if order.contains(where: { partitions[$0].map { isWanted($0) && source(of: $0) == nil } ?? false }) {
            access.refreshMetadata()
        }
    }

    /// A poll that found nothing has one fetch made, whether it waits or not.
    func letAsk() {
        for (broker, link) in links where !link.isWaiting { links[broker]?.answeredBytes = nil }
    }

    /// A poll waits for it or found nothing, or there is more than it would take.
    private func mayAsk(_ link: FetchLink) -> Bool {
        waitingPoll != nil || link.answeredBytes.map { $0 >= settings.readAheadThresholdBytes } ?? true
    }

    private var bufferedBytes: Int { partitions.values.reduce(0) { $0 + $1.bufferedBytes } }
    private var expectedBytes: Int { links.values.reduce(0) { $0 + ($1.isWaiting ? $1.expectedBytes : 0) } }
    /// Bytes that an answer may have: an equal part of the room that is left, and of at least one partition. So a
    /// broker that does not answer does not keep the others from being read. The bound of read-ahead is exceeded by no
    /// more than that for each broker.
    private func share(among brokers: Int) -> Int {
        let room = settings.readAheadBytes - bufferedBytes - expectedBytes
        let part = max(room / brokers, Int(settings.partitionFetchMaximumBytes))
        return max(1, min(Int(settings.fetchMaximumBytes), part))
    }

    /// Where nothing more may be read ahead, what is kept for paused partitions gives way. It is read again later.
    private func makeRoom() {
        guard bufferedBytes >= settings.readAheadBytes else { return }
        for place in order { change(place) { if $0.isPaused { $0.rewind() } } }
    }

    private func isWanted(_ state: PartitionState) -> Bool {
        state.isReading && !state.isAsking && !state.isPaused && !state.isLeaving && state.problem == nil
            && state.retryAt <= now && !isFull(state)
    }

    private func isFull(_ state: PartitionState) -> Bool { state.bufferedBytes >= settings.partitionReadAheadBytes }

    /// Who is asked: the leader, or the replica that it has named.
    private func source(of state: PartitionState) -> Int32? {
        if let replica = state.replica, replica.until > now, access.metadata.brokers[replica.broker] != nil {
            return replica.broker
        }
        return access.metadata.leader(state.place.topic, state.place.partition)?.broker
    }

    private func send(to broker: Int32, bytes: Int) {
        links[broker, default: FetchLink()].isWaiting = true
        links[broker]?.expectedBytes = bytes
        access.send(
            to: .broker(broker), RequestOptions(lane: lane, clientID: settings.clientID, retries: false),
            make: { [self] version in request(for: broker, bytes: bytes, version: version) }, check: nil
        ) { [weak self] result in
            guard let self else { return }
            links[broker]?.isWaiting = false
            switch result {
            case .success(let answer):
                links[broker]?.answered(bytes: answer.body.recordBytes)
                take(answer, from: broker)
            case .failure(let failure): fetchFailed(failure.error, broker)
            }
            settle()
        }
    }

    /// What is wanted of the broker when the request leaves.
    private func request(for broker: Int32, bytes: Int, version: Int16) -> FetchRequest {
        var wishes: [FetchSession.Wish] = []
        var asked: [TopicPartition: FetchLink.Asked] = [:]
        var isHurried = false
        for place in order {
            guard let state = partitions[place], source(of: state) == broker else { continue }
            if state.isReading, !state.isPaused, isFull(state) { isHurried = true }
            guard isWanted(state) else { continue }
            let topicID = access.metadata.topics[place.topic]?.id ?? .none
            guard version < 13 || topicID != .none else {
                access.refreshMetadata()
                continue
            }
            asked[place] = FetchLink.Asked(turn: state.turn, offset: state.fetchOffset)
            wishes.append(wish(state, topicID))
        }
        if links[broker]?.asked != asked { links[broker]?.emptyAnswers = 0 }
        links[broker]?.asked = asked
        if wishes.isEmpty { isHurried = true }
        let wait = settings.fetchWait(behindEmptyAnswers: links[broker]?.emptyAnswers ?? 0)
        var request = FetchRequest {
            $0.maxWaitMilliseconds = isHurried ? min(Self.briefWaitMilliseconds, wait) : wait
            $0.minBytes = settings.fetchMinimumBytes
            $0.maxBytes = Int32(clamping: bytes)
            $0.isolationLevel = settings.isolation.rawValue
            $0.rackID = settings.rackID ?? ""
        }
        links[broker]?.session.fill(&request, wishes, version: version)
        return request
    }

    private func wish(_ state: PartitionState, _ topicID: TopicID) -> FetchSession.Wish {
        FetchSession.Wish(
            place: state.place, topicID: topicID,
            partition: .init {
                $0.partition = state.place.partition
                $0.currentLeaderEpoch = access.metadata.leader(state.place.topic, state.place.partition)?.epoch ?? -1
                $0.fetchOffset = state.fetchOffset
                $0.partitionMaxBytes = settings.partitionFetchMaximumBytes
            })
    }

    private func fetchFailed(_ error: ClientError, _ broker: Int32) {
        links[broker]?.session.fail()
        waitForBroker(broker)
        access.refreshMetadata()
        if !error.isRetriable { errors.append(error.at("\(name): fetching from broker \(broker)")) }
    }

    private func waitForBroker(_ broker: Int32) {
        guard var link = links[broker] else { return }
        link.attempts += 1
        link.retryAt = now + backoff(link.attempts)
        links[broker] = link
    }

    /// Lets the brokers forget their sessions.
    func closeSessions() {
        for (broker, link) in links where link.session.id != 0 && !link.isWaiting {
            let request = FetchRequest {
                $0.sessionID = link.session.id
                $0.sessionEpoch = -1
            }
            access.send(
                request, to: .broker(broker), RequestOptions(lane: lane, clientID: settings.clientID, retries: false)
            ) { _ in
                // The session is forgotten by time if not by this.
            }
        }
        links = [:]
    }
}

// MARK: Answers

extension ConsumerCore {
    private func take(_ answer: Answer<FetchResponse>, from broker: Int32) {
        guard var link = links[broker] else { return }
        let accepted = link.session.accept(answer.body)
        if accepted { link.attempts = 0 }
        links[broker] = link
        guard accepted else {
            access.log(.debug, "\(name): broker \(broker) ends the fetch session: \(answer.body.errorCode.name)")
            if answer.body.errorCode.isStaleMetadata || answer.body.errorCode == .fetchSessionTopicIDError {
                access.refreshMetadata()
            }
            // At once the first time, and then not too often.
            if link.attempts > 0 { waitForBroker(broker) } else { links[broker]?.attempts = 1 }
            return
        }
        let names = answer.version >= 13 ? namesByID(link) : [:]
        for topic in answer.body.topics {
            guard let name = answer.version >= 13 ? names[topic.topicID] : topic.topic else { continue }
            for partition in topic.partitions {
                let place = TopicPartition(topic: name, partition: partition.partitionIndex)
                guard let asked = link.asked[place], let state = partitions[place], state.turn == asked.turn,
                    state.fetchOffset == asked.offset, state.isReading, state.problem == nil
                else { continue }
                take(partition, place, from: broker)
            }
        }
    }

    private func namesByID(_ link: FetchLink) -> [TopicID: String] {
        var names: [TopicID: String] = [:]
        for topic in Set(link.asked.keys.map(\.topic)) {
            if let id = access.metadata.topics[topic]?.id { names[id] = topic }
        }
        return names
    }

    private func take(_ answer: FetchResponse.Partition, _ place: TopicPartition, from broker: Int32) {
        guard answer.errorCode == .none else { return refused(place, answer.errorCode, from: broker) }
        change(place) { state in
            state.attempts = 0
            if answer.highWatermark >= 0 { state.highWatermark = answer.highWatermark }
            if answer.lastStableOffset >= 0 { state.lastStableOffset = answer.lastStableOffset }
            if answer.logStartOffset >= 0 { state.logStartOffset = answer.logStartOffset }
            if answer.preferredReadReplica >= 0 {
                state.replica = (answer.preferredReadReplica, now + Self.replicaMilliseconds)
            }
            guard let records = answer.records, records.readableBytes > 0 else { return }
            let log = FetchedLog(
                records, from: state.fetchOffset, aborted: answer.abortedTransactions ?? [],
                .init(isolation: settings.isolation, verifiesChecksums: settings.verifiesChecksums))
            state.append(log)
            if let problem = log.problem {
                state.problem = PartitionState.problem(problem, at: log.nextOffset, of: place)
            }
        }
    }

    private func refused(_ place: TopicPartition, _ error: ErrorCode, from broker: Int32) {
        switch error {
        case .offsetOutOfRange:
            outOfRange(place)
        case .topicAuthorizationFailed, .corruptMessage, .unsupportedVersion, .unsupportedCompressionType:
            change(place) { $0.problem = ClientError(error, context: "\(name): fetching \(place)") }
        default:
            access.log(.debug, "\(name): fetching \(place): \(error.name)")
            change(place) { $0.replica = nil }
            rest(place)
            if error != .unknownLeaderEpoch, error != .offsetNotAvailable { access.refreshMetadata() }
        }
    }

    private func outOfRange(_ place: TopicPartition) {
        guard let state = partitions[place] else { return }
        if state.replica != nil {
            // A replica that is behind; the leader knows better.
            change(place) { $0.replica = nil }
        } else if state.hasRecords {
            // First what was read ahead; then the same answer comes again.
            rest(place)
        } else {
            reset(place, state.turn, "offset \(state.fetchOffset) is out of range")
        }
    }

    private func rest(_ place: TopicPartition) {
        change(place) { state in
            state.attempts += 1
            state.retryAt = now + backoff(state.attempts)
        }
    }
}

extension ConsumerSettings {
    func fetchWait(behindEmptyAnswers count: Int) -> Int32 {
        let limit = max(fetchWaitMilliseconds, fetchIdleWaitMilliseconds)
        return Int32(min(Int64(limit), Int64(fetchWaitMilliseconds) << Int64(min(count, 16))))
    }
}

extension FetchResponse {
    fileprivate var recordBytes: Int {
        topics.reduce(0) { $0 + $1.partitions.reduce(0) { $0 + ($1.records?.readableBytes ?? 0) } }
    }
}
