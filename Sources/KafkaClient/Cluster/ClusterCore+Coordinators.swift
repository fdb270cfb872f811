import KafkaProtocol

// Which broker coordinates a group or a transactional id.
extension ClusterCore {
    private static let clientID = "coordinator"

    func forgetCoordinator(_ key: CoordinatorKey, broker: Int32) {
        if coordinators[key] == broker { coordinators[key] = nil }
    }

    /// The broker cannot be reached; another may coordinate by now.
    func forgetCoordinators(on node: Node.ID) {
        guard let broker = node.broker else { return }
        coordinators = coordinators.filter { $0.value != broker }
    }

    /// Holds a call until its coordinator is known.
    func awaitCoordinator(_ key: CoordinatorKey, _ call: any PendingCall) {
        watchDeadline(call)
        guard awaitingCoordinator[key] == nil else { return awaitingCoordinator[key, default: []].append(call) }
        awaitingCoordinator[key] = [call]
        find(key, deadline: call.state.deadline)
    }

    private func find(_ key: CoordinatorKey, deadline: Int64) {
        send(to: .anyBroker, RequestOptions(clientID: Self.clientID, deadline: deadline)) { version in
            FindCoordinatorRequest {
                if version >= 4 { $0.coordinatorKeys = [key.name] } else { $0.key = key.name }
                $0.keyType = key.kind.rawValue
            }
        } check: {
            Found($0).error
        } then: { [weak self] result in
            self?.found(key, result)
        }
    }

    private func found(_ key: CoordinatorKey, _ result: Result<Answer<FindCoordinatorResponse>, RequestFailure>) {
        let waiting = (awaitingCoordinator.removeValue(forKey: key) ?? []).filter { !$0.state.isDone }
        switch result {
        case .success(let answer):
            let found = Found(answer.body)
            guard found.error == .none else {
                let error = ClientError(found.error, found.message, context: "\(key)")
                for call in waiting { end(call, error) }
                return
            }
            learn(broker: found.broker, found.address)
            coordinators[key] = found.broker
            for call in waiting { route(call) }
        case .failure(let failure):
            guard failure.error.code == .timedOut else {
                for call in waiting { end(call, failure.error) }
                return
            }
            // The deadline was the first caller's. Those with a later one go on, each in its turn.
            for call in waiting { route(call) }
        }
    }
}

/// The two layouts of the answer, read alike.
private struct Found {
    var error: ErrorCode
    var message: String?
    var broker: Int32
    var address: BrokerAddress

    init(_ answer: FindCoordinatorResponse) {
        if let first = answer.coordinators.first {
            (error, message, broker) = (first.errorCode, first.errorMessage, first.nodeID)
            address = BrokerAddress(host: first.host, port: Int(first.port))
        } else {
            (error, message, broker) = (answer.errorCode, answer.errorMessage, answer.nodeID)
            address = BrokerAddress(host: answer.host, port: Int(answer.port))
        }
    }
}
