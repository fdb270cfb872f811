import KafkaProtocol

// Requests, from `send` to their outcome.
extension ClusterCore {
    @discardableResult
    func send<Request: KafkaRequest>(
        to destination: Destination, _ options: RequestOptions, make: @escaping (_ version: Int16) -> Request,
        check: ((Request.Response) -> ErrorCode)?,
        then handler: @escaping (Result<Answer<Request.Response>, RequestFailure>) -> Void
    ) -> RequestID {
        let state = CallState(
            id: nextRequestID(), destination: destination, options: options,
            deadline: options.deadline ?? now.monotonic + settings.apiTimeoutMilliseconds)
        let call = Call(state: state, make: make, check: check, handler: handler)
        calls[state.id] = call
        route(call)
        return state.id
    }

    func cancel(_ id: RequestID) {
        guard let call = calls.removeValue(forKey: id) else { return }
        finish(call)
    }

    func versions(of api: API, on broker: Int32) -> ClosedRange<Int16>? { nodes[.broker(broker)]?.offered[api.key] }

    // MARK: Where to

    /// Brings a call to whoever it is for, or to where it waits until that is known.
    func route(_ call: any PendingCall) {
        guard !isClosed else {
            return later { [weak self] in self?.end(call, ClientError(.closed, "the client is closed")) }
        }
        guard call.state.deadline > now.monotonic else {
            return later { [weak self] in self?.timedOut(call) }
        }
        switch call.state.destination {
        case .anyBroker: enqueue(call, node: anyNode(lane: call.state.options.lane))
        case .broker(let id): enqueue(call, broker: id)
        case .controller:
            if let id = metadata.controller { enqueue(call, broker: id) } else { awaitMetadata(call) }
        case .coordinator(let key):
            if let id = coordinators[key] { enqueue(call, broker: id) } else { awaitCoordinator(key, call) }
        }
    }

    private func enqueue(_ call: any PendingCall, broker: Int32) {
        guard nodes[.broker(broker)] == nil else { return enqueue(call, node: .broker(broker)) }
        guard metadata.update > 0, !call.state.options.retries else { return awaitMetadata(call) }
        let error = ClientError(.transport, "the cluster has no broker \(broker)")
        later { [weak self] in self?.end(call, error, broker: broker) }
    }

    private func enqueue(_ call: any PendingCall, node: Node.ID?) {
        guard let node, let link = link(to: node, lane: call.state.options.lane) else {
            return awaitMetadata(call)
        }
        link.queue.append(call)
        pump(link)
        if !call.state.isOnWire { watchDeadline(call) }
    }

    private func awaitMetadata(_ call: any PendingCall) {
        awaitingMetadata.append(call)
        watchDeadline(call)
        refreshMetadata()
    }

    /// The end of a call that waits for too long.
    func watchDeadline(_ call: any PendingCall) {
        guard call.state.deadlineTimer == nil, !call.state.isDone else { return }
        call.state.deadlineTimer = schedule(at: call.state.deadline) { [weak self, weak call] in
            guard let self, let call else { return }
            call.state.deadlineTimer = nil
            guard !call.state.isDone else { return }
            if call.state.isOnWire { call.state.mayHaveHappened = true }
            timedOut(call)
        }
    }

    // MARK: What becomes of it

    /// An answer came.
    func answered(_ request: ConnectionCore.InFlight, _ reader: WireReader, on link: Link) {
        guard let call = calls[request.request] else { return }
        call.state.isOnWire = false
        let verdict: AnswerVerdict
        do throws(WireError) {
            verdict = try call.read(reader, version: request.version, broker: link.node.broker)
        } catch {
            call.state.mayHaveHappened = true
            let violation = ClientError(
                .protocolViolation, "the answer to \(call.api) cannot be read: \(error)", context: "\(link.address)")
            end(call, violation, broker: link.node.broker)
            return drop(link, violation)
        }
        if verdict.throttleMilliseconds > 0 { throttle(link, milliseconds: Int64(verdict.throttleMilliseconds)) }
        guard verdict.error.isRepeatedByCluster, call.state.options.retries else { return deliver(call) }
        learn(from: verdict.error, call, link)
        retry(call)
    }

    /// What an error says of the cluster.
    private func learn(from error: ErrorCode, _ call: any PendingCall, _ link: Link) {
        switch (error, call.state.destination) {
        case (.notCoordinator, .coordinator(let key)), (.coordinatorNotAvailable, .coordinator(let key)):
            if let broker = link.node.broker { forgetCoordinator(key, broker: broker) }
        case (.notController, _):
            metadata.controller = nil
            refreshMetadata()
        default: break
        }
    }

    /// An attempt has no answer, or could not be made.
    func attemptFailed(_ call: any PendingCall, _ error: ClientError, broker: Int32?) {
        call.state.isOnWire = false
        call.state.lastError = error
        call.state.lastBroker = broker
        // With another login than this one nothing would change by repeating it.
        guard call.state.options.retries, error.code != .authentication, error.code != .unsupportedFeature else {
            return end(call, error, broker: broker)
        }
        retry(call)
    }

    private func retry(_ call: any PendingCall) {
        let delay = random.backoff(
            base: settings.retryBackoffMilliseconds, limit: settings.retryBackoffMaximumMilliseconds,
            attempt: max(call.state.attempts, 1))
        let time = now.monotonic + delay
        guard time < call.state.deadline else { return timedOut(call) }
        watchDeadline(call)
        schedule(at: time) { [weak self, weak call] in
            guard let self, let call, !call.state.isDone else { return }
            route(call)
        }
    }

    /// There is no time for another attempt: what was last heard is the outcome.
    private func timedOut(_ call: any PendingCall) {
        guard !call.state.isDone else { return }
        if call.hasAnswer { return deliver(call) }
        let why = call.state.lastError.map { ": \($0.message)" } ?? ""
        end(call, ClientError(.timedOut, "\(call.api) has no answer in time\(why)"), broker: call.state.lastBroker)
    }

    private func deliver(_ call: any PendingCall) {
        guard !call.state.isDone else { return }
        finish(call)
        call.deliver()
    }

    /// The call has no answer, and will have none.
    func end(_ call: any PendingCall, _ error: ClientError, broker: Int32? = nil) {
        guard !call.state.isDone else { return }
        finish(call)
        call.fail(RequestFailure(error: error, mayHaveHappened: call.state.mayHaveHappened, broker: broker))
    }

    private func finish(_ call: any PendingCall) {
        calls[call.state.id] = nil
        call.state.isDone = true
        if let timer = call.state.deadlineTimer { cancel(timer) }
        call.state.deadlineTimer = nil
    }
}
