import DequeModule
import KafkaProtocol

// Connections: opened when something is to be sent, closed when nothing was for long.
extension ClusterCore {
    /// The link that takes requests for a lane of a node.
    func link(to node: Node.ID, lane: Lane) -> Link? {
        let key = LinkKey(node: node, lane: lane)
        if let id = linkOf[key], let link = links[id] { return link }
        guard let address = nodes[node]?.address else { return nil }
        let link = Link(
            id: nextLinkID(), node: node, lane: lane, address: address,
            connection: ConnectionCore(settings: connectionSettings(address)), now: now.monotonic)
        links[link.id] = link
        linkOf[key] = link.id
        connect(link)
        return link
    }

    private func connectionSettings(_ address: BrokerAddress) -> ConnectionCore.Settings {
        ConnectionCore.Settings(
            name: "\(address)", sasl: settings.security.sasl, unansweredBytesLimit: settings.unansweredBytesLimit,
            answerBytesLimit: settings.answerBytesLimit)
    }

    private func connect(_ link: Link) {
        let blockedUntil = nodes[link.node]?.blockedUntil ?? .min
        guard blockedUntil <= now.monotonic else {
            link.setupTimer = schedule(at: blockedUntil) { [weak self, weak link] in
                guard let self, let link, links[link.id] === link else { return }
                connect(link)
            }
            return
        }
        link.state = .connecting
        perform(.connect(link.id, link.address))
        link.setupTimer = schedule(at: now.monotonic + settings.connectionSetupTimeoutMilliseconds) {
            [weak self, weak link] in
            guard let self, let link, links[link.id] === link else { return }
            drop(link, ClientError(.timedOut, "the connection did not come to stand in time").at("\(link.address)"))
        }
    }

    /// Goes on with what a connection says.
    func take(_ events: [ConnectionCore.Event], of link: Link) {
        for event in events where links[link.id] === link {
            switch event {
            case .send(let bytes): perform(.send(link.id, [bytes]))
            case .solve(let task): perform(.solve(link.id, task))
            case .ready(let lifetime): becameReady(link, lifetime: lifetime)
            case .answered(let request, let reader): answered(request, reader, on: link)
            case .failed(let error): drop(link, error)
            }
        }
        guard links[link.id] === link else { return }
        pump(link)
    }

    private func becameReady(_ link: Link, lifetime: Int64?) {
        link.state = .ready
        status = ClusterStatus(isConnected: true)
        if let timer = link.setupTimer { cancel(timer) }
        link.setupTimer = nil
        nodes[link.node]?.failures = 0
        nodes[link.node]?.blockedUntil = .min
        nodes[link.node]?.offered = link.connection.offered
        features.take(link.connection.features)
        watchIdle(link)
        if let lifetime { renew(link, before: lifetime) }
    }

    /// A login that ends (KIP-368): before it does, another connection takes over.
    private func renew(_ link: Link, before lifetime: Int64) {
        let span = lifetime * Int64.random(in: 85...95, using: &random) / 100
        schedule(at: now.monotonic + span) { [weak self, weak link] in
            guard let self, let link, links[link.id] === link else { return }
            retire(link)
        }
    }

    /// Writes what waits, as far as there is room.
    func pump(_ link: Link) {
        guard link.state == .ready, link.throttledUntil <= now.monotonic else { return closeIfDone(link) }
        while !link.queue.isEmpty, link.connection.hasRoom {
            let call = link.queue.removeFirst()
            if !call.state.isDone { write(call, on: link) }
        }
    }

    private func write(_ call: any PendingCall, on link: Link) {
        guard let version = link.connection.version(of: call.api, upTo: call.state.options.newest) else {
            let error = ClientError(
                .unsupportedFeature, "\(link.address) does not offer \(call.api) in a version that is known here")
            return later { [weak self] in self?.end(call, error, broker: link.node.broker) }
        }
        let correlationID = link.connection.takeCorrelationID()
        let chunks = call.encode(version: version, correlationID: correlationID)
        let sent = now.monotonic
        let deadline = sent + (call.state.options.timeout ?? settings.requestTimeoutMilliseconds)
        link.connection.wrote(
            .init(
                request: call.state.id, correlationID: correlationID, version: version,
                bytes: chunks.reduce(0) { $0 + $1.readableBytes }, deadline: deadline))
        link.lastUsed = sent
        call.state.isOnWire = true
        call.state.attempts += 1
        // The end of its time ends the call alone. The connection is given up when the answer does not come.
        if call.state.deadline < deadline { watchDeadline(call) }
        perform(.send(link.id, chunks))
        watchAnswers(link, deadline)
    }

    // MARK: Time

    private func watchAnswers(_ link: Link, _ deadline: Int64) {
        guard link.answerTimer == nil else { return }
        link.answerTimer = schedule(at: deadline) { [weak self, weak link] in
            guard let self, let link, links[link.id] === link else { return }
            link.answerTimer = nil
            // Those that were given up by their callers count too: the answers behind them need their place.
            guard let earliest = link.connection.inFlight.lazy.map(\.deadline).min() else { return }
            guard earliest <= now.monotonic else { return watchAnswers(link, earliest) }
            drop(link, ClientError(.timedOut, "an answer did not come in time").at("\(link.address)"))
        }
    }

    private func watchIdle(_ link: Link) {
        schedule(at: link.lastUsed + settings.connectionIdleMilliseconds) { [weak self, weak link] in
            guard let self, let link, links[link.id] === link, link.state == .ready else { return }
            let isIdle = link.connection.inFlight.isEmpty && link.queue.isEmpty
            guard isIdle, link.lastUsed + settings.connectionIdleMilliseconds <= now.monotonic else {
                if !isIdle { link.lastUsed = now.monotonic }
                return watchIdle(link)
            }
            remove(link)
            perform(.close(link.id))
        }
    }

    /// The broker wants no request for a while.
    func throttle(_ link: Link, milliseconds: Int64) {
        let until = now.monotonic + milliseconds
        guard until > link.throttledUntil else { return }
        link.throttledUntil = until
        schedule(at: until) { [weak self, weak link] in
            guard let self, let link, links[link.id] === link else { return }
            pump(link)
        }
    }

    // MARK: Ends

    /// Takes no more requests; what is on its way gets its answers.
    func retire(_ link: Link) {
        guard link.state == .ready else { return drop(link, ClientError(.transport, "the broker has moved")) }
        link.state = .retiring
        let key = LinkKey(node: link.node, lane: link.lane)
        if linkOf[key] == link.id { linkOf[key] = nil }
        let waiting = link.queue
        link.queue = []
        for call in waiting where !call.state.isDone { route(call) }
        closeIfDone(link)
    }

    private func closeIfDone(_ link: Link) {
        guard link.state == .retiring, link.connection.inFlight.isEmpty else { return }
        remove(link)
        perform(.close(link.id))
    }

    /// Closes a connection that is of no use.
    func drop(_ link: Link, _ error: ClientError) {
        perform(.close(link.id))
        lose(link, error)
    }

    /// A connection is gone. What was on its way has no answer.
    func lose(_ link: Link, _ error: ClientError) {
        guard links[link.id] === link else { return }
        let wasReady = link.state == .ready || link.state == .retiring
        remove(link)
        status.lastError = error
        block(link.node)
        log(wasReady ? .debug : .info, "\(error)")
        let (inFlight, waiting) = (link.connection.close(), link.queue)
        link.queue = []
        if link.node.broker != nil { forgetCoordinators(on: link.node) }
        for request in inFlight {
            guard let call = calls[request.request] else { continue }
            call.state.mayHaveHappened = true
            attemptFailed(call, error, broker: link.node.broker)
        }
        for call in waiting where !call.state.isDone { attemptFailed(call, error, broker: link.node.broker) }
    }

    private func remove(_ link: Link) {
        links[link.id] = nil
        status.isConnected = links.values.contains { $0.state == .ready || $0.state == .retiring }
        let key = LinkKey(node: link.node, lane: link.lane)
        if linkOf[key] == link.id { linkOf[key] = nil }
        if let timer = link.setupTimer { cancel(timer) }
        if let timer = link.answerTimer { cancel(timer) }
    }

    private func block(_ node: Node.ID) {
        guard let failures = nodes[node]?.failures else { return }
        nodes[node]?.failures = failures + 1
        nodes[node]?.blockedUntil =
            now.monotonic
            + random.backoff(
                base: settings.reconnectBackoffMilliseconds, limit: settings.reconnectBackoffMaximumMilliseconds,
                attempt: failures + 1)
    }
}
