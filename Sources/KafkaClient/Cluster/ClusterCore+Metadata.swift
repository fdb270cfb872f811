import KafkaProtocol

// Metadata: asked for by age, by error, and for new interest; one request at a time.
extension ClusterCore {
    private static let clientID = "metadata"

    func follow(_ interest: TopicInterest, onChange: @escaping () -> Void) -> FollowerID {
        let id = metadataState.add(.init(interest: interest, onChange: onChange))
        interestGrew(interest)
        return id
    }

    func change(_ follower: FollowerID, to interest: TopicInterest) {
        metadataState.change(follower, to: interest)
        interestGrew(interest)
    }

    func unfollow(_ follower: FollowerID) { metadataState.remove(follower) }

    private func interestGrew(_ interest: TopicInterest) {
        switch interest {
        case .none: return
        case .named(let names): if names.allSatisfy({ metadata.topics[$0] != nil }) { return }
        case .all: break
        }
        if metadataState.isAsking { metadataState.asksAgain = true } else { askMetadata(at: now.monotonic) }
    }

    var refusal: ClientError? { metadataState.refusal }

    func refreshMetadata() {
        guard !metadataState.isAsking else { return metadataState.asksAgain = true }
        askMetadata(at: max(now.monotonic, earliestNextAsk))
    }

    private var earliestNextAsk: Int64 {
        guard let last = metadataState.lastAsked else { return now.monotonic }
        return last + metadataDelay
    }

    /// Grows while nothing better comes.
    private var metadataDelay: Int64 {
        random.backoff(
            base: settings.retryBackoffMilliseconds, limit: settings.retryBackoffMaximumMilliseconds,
            attempt: max(metadataState.failures, 1))
    }

    /// Asks at `time`, unless it is done earlier anyway.
    private func askMetadata(at time: Int64) {
        guard !isClosed else { return }
        if let next = metadataState.next {
            guard time < next.time else { return }
            cancel(next.timer)
        }
        let timer = schedule(at: time) { [weak self] in
            self?.metadataState.next = nil
            self?.askMetadata()
        }
        metadataState.next = (timer, time)
    }

    private func askMetadata() {
        guard !metadataState.isAsking, !isClosed else { return }
        metadataState.isAsking = true
        metadataState.asksAgain = false
        metadataState.lastAsked = now.monotonic
        let wanted = metadataState.topics
        let allowsCreation = settings.allowsTopicCreation
        let options = RequestOptions(
            clientID: Self.clientID, deadline: now.monotonic + settings.requestTimeoutMilliseconds, retries: false)
        send(to: .anyBroker, options) { _ in
            MetadataRequest {
                $0.topics = wanted.map { names in names.sorted().map { name in .init { $0.name = name } } }
                $0.allowAutoTopicCreation = allowsCreation
            }
        } check: {
            _ in
            .none
        } then: { [weak self] result in
            self?.metadataAnswered(result, wanted: wanted)
        }
    }

    private func metadataAnswered(
        _ result: Result<Answer<MetadataResponse>, RequestFailure>, wanted: Set<String>?
    ) {
        metadataState.isAsking = false
        metadataState.refusal = nil
        switch result {
        case .success(let answer):
            metadata.update(answer.body, wanted: wanted)
            takeBrokers()
            let isIncomplete = metadata.isIncomplete(wanted)
            metadataState.failures = isIncomplete ? metadataState.failures + 1 : 0
            if metadataState.asksAgain {
                interestGrew(metadataState.topics.map { .named($0) } ?? .all)
                refreshMetadata()
            } else if isIncomplete {
                refreshMetadata()
            } else {
                askMetadata(at: now.monotonic + settings.metadataAgeMilliseconds)
            }
            let waiting = awaitingMetadata
            awaitingMetadata = []
            for call in waiting where !call.state.isDone { route(call) }
            tellFollowers()
        case .failure(let failure):
            metadataState.failures += 1
            if failure.error.code == .authentication { return refuse(failure.error) }
            refreshMetadata()
        }
    }

    private func tellFollowers() {
        for id in metadataState.ordered { metadataState.followers[id]?.onChange() }
    }

    /// Nobody is let in: what waits for metadata would wait in vain.
    private func refuse(_ error: ClientError) {
        metadataState.refusal = error
        let waiting = awaitingMetadata
        awaitingMetadata = []
        for call in waiting { end(call, error) }
        refreshMetadata()
        tellFollowers()
    }

    /// The brokers that the cluster has now. One that has moved is connected to again.
    private func takeBrokers() {
        for (id, address) in metadata.brokers.sorted(by: { $0.key < $1.key }) { learn(broker: id, address) }
        for id in nodes.keys.sorted() {
            guard let broker = id.broker, metadata.brokers[broker] == nil else { continue }
            nodes[id] = nil
            for link in ordered(linksTo: id) { drop(link, gone(link)) }
        }
    }

    /// A broker by its id and address, as some broker says.
    func learn(broker: Int32, _ address: BrokerAddress) {
        let id = Node.ID.broker(broker)
        guard let known = nodes[id] else { return nodes[id] = Node(address: address) }
        guard known.address != address else { return }
        nodes[id] = Node(address: address)
        for link in ordered(linksTo: id) { drop(link, gone(link)) }
    }

    private func gone(_ link: Link) -> ClientError {
        ClientError(.transport, "the cluster has this broker no more at this address").at("\(link.address)")
    }

    private func ordered(linksTo node: Node.ID) -> [Link] {
        links.values.filter { $0.node == node }.sorted { $0.id < $1.id }
    }
}
