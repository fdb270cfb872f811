import KafkaProtocol

/// What is to be asked for next.
extension ConsumerCore {
    /// Asks for all that is missing and not on its way, and ends a poll that waits for what is there.
    func settle() {
        guard !isSettling else { return }
        isSettling = true
        defer { isSettling = false }
        servePoll()
        guard !isClosed else { return }
        findCommitted()
        findOffsets()
        validate()
        fetch()
        wakeUp()
    }

    /// The partitions of a stage for which nothing is on its way, and that may be asked for now.
    func due(_ isDue: (PartitionState) -> Bool) -> [PartitionState] {
        order.compactMap { place in
            guard let state = partitions[place], !state.isAsking, state.retryAt <= now, isDue(state) else { return nil }
            return state
        }
    }

    /// Comes back when the first wait is over.
    private func wakeUp() {
        let linkTimes = links.values.filter { !$0.isWaiting && $0.retryAt > now }.map(\.retryAt)
        let times = partitions.values.map(\.retryAt).filter { $0 > now } + linkTimes
        guard let first = times.min() else { return }
        if let wakeTimer {
            if wakeTimer.at <= first, wakeTimer.at > now { return }
            access.cancel(wakeTimer.id)
        }
        let timer = access.schedule(at: first) { [weak self] in
            self?.wakeTimer = nil
            self?.settle()
        }
        wakeTimer = (timer, first)
    }

    /// Marks what a request was sent for.
    func ask(for states: [PartitionState]) -> [TopicPartition: UInt64] {
        for state in states { change(state.place) { $0.isAsking = true } }
        return Dictionary(uniqueKeysWithValues: states.map { ($0.place, $0.turn) })
    }

    /// Changes a partition by what was answered, unless it has been moved or given up meanwhile.
    func answered(_ place: TopicPartition, _ turn: UInt64?, _ body: (inout PartitionState) -> Void) {
        change(place) { state in
            guard state.turn == turn else { return }
            state.isAsking = false
            body(&state)
        }
    }

    /// The same stage again after a while, where that can help; else the error goes to the application, and the
    /// partition rests until it seeks.
    func failed(_ place: TopicPartition, _ turn: UInt64?, _ error: ClientError) {
        answered(place, turn) { state in
            if error.isRetriable {
                state.attempts += 1
                state.retryAt = now + backoff(state.attempts)
            } else {
                state.stage = .stopped
                errors.append(error.at("\(place)"))
            }
        }
        if error.code.answered?.isStaleMetadata == true { access.refreshMetadata() }
    }
}
