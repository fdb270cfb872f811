/// What one poll brings.
struct Polled: Sendable {
    /// To be handled before anything else; there are no records then.
    var events: [GroupEvent] = []
    var runs: [RecordRun] = []
    var error: ClientError?
    /// Positions that have changed since the last poll: behind these records, or behind what is left out.
    var moves: [Move] = []

    struct Move: Hashable, Sendable {
        var place: TopicPartition
        var offset: Int64
    }

    var isEmpty: Bool { events.isEmpty && runs.isEmpty && error == nil }
}

/// A poll that found nothing.
struct WaitingPoll {
    var maximum: Int
    var timer: TimerID
    var done: (Polled) -> Void
}

extension ConsumerCore {
    /// How long a partition that cannot be read rests.
    private static let problemRestMilliseconds: Int64 = 1_000

    /// Takes what is there, or waits until something comes.
    ///
    /// - Parameters:
    ///   - maximum: of records.
    ///   - deadline: monotonic, in milliseconds.
    ///   - done: called once, with nothing when the time is over.
    func poll(maximum: Int, until deadline: Int64, then done: @escaping (Polled) -> Void) {
        if isClosed && member?.phase ?? .out == .out {
            let error = ClientError(.closed, "the consumer is closed", context: name)
            access.schedule(at: now) { done(Polled(error: error)) }
            return
        }
        guard waitingPoll == nil else {
            let error = ClientError(.state, "another poll is waiting", context: name)
            access.schedule(at: now) { done(Polled(error: error)) }
            return
        }
        member?.polled()
        var polled = take(maximum)
        let mayWait = deadline > now && !owesWake
        if deadline > now { owesWake = false }
        guard polled.isEmpty, mayWait else {
            polled.moves = takeMoves()
            access.schedule(at: now) { done(polled) }
            if polled.isEmpty { letAsk() }
            settle()
            return
        }
        let timer = access.schedule(at: deadline) { [weak self] in self?.endPoll(with: nil) }
        waitingPoll = WaitingPoll(maximum: maximum, timer: timer, done: done)
        settle()
    }

    func take(_ maximum: Int) -> Polled {
        if !events.isEmpty {
            defer { events = [] }
            committer = member?.metadata
            return Polled(events: Array(events))
        }
        var polled = Polled()
        var left = maximum
        // Each has its share, so that all go on together: what belongs together is read together. What some do not use
        // the others may.
        let ready = order.filter { partitions[$0]?.isReady == true }
        for share in [max(1, maximum / max(1, ready.count)), maximum] {
            for place in ready where left > 0 {
                left -= take(min(left, share), of: place, into: &polled.runs)
            }
        }
        if polled.runs.isEmpty { polled.error = takeError() }
        return polled
    }

    private func takeMoves() -> [Polled.Move] {
        var moves: [Polled.Move] = []
        for place in order {
            change(place) { state in
                guard state.position >= 0, state.position != state.reportedPosition else { return }
                state.reportedPosition = state.position
                moves.append(.init(place: place, offset: state.position))
            }
        }
        return moves
    }

    /// All that is there of a partition; then others have their turn first.
    private func take(_ maximum: Int, of place: TopicPartition, into runs: inout [RecordRun]) -> Int {
        var count = 0
        let limit = settings.batchBytesLimit
        change(place) { state in
            guard !state.isPaused, !state.isLeaving else { return }
            while count < maximum, let run = state.take(maximum - count, batchLimit: limit) {
                count += run.count
                runs.append(run)
            }
        }
        if count > 0 {
            order.removeAll { $0 == place }
            order.append(place)
        }
        return count
    }

    private func takeError() -> ClientError? {
        if let error = errors.popFirst() { return error }
        for place in order where partitions[place]?.isReady == true {
            let problem = change(place) { state in
                // Once it was thrown, it is tried again.
                state.retryAt = now + Self.problemRestMilliseconds
                return state.problem.take()
            }
            if let problem = problem ?? nil { return problem }
        }
        return nil
    }

    /// Ends a poll that waits, if there is something for it.
    func servePoll() {
        guard let waitingPoll else { return }
        guard !events.isEmpty || !errors.isEmpty || order.contains(where: { partitions[$0]?.isReady == true }) else {
            return
        }
        let polled = take(waitingPoll.maximum)
        guard !polled.isEmpty else { return }
        finish(waitingPoll, polled)
    }

    /// Has the poll that waits end now, with nothing. Where none does, the next one that may wait does not.
    func wakePoll() {
        if waitingPoll == nil { owesWake = true } else { endPoll(with: nil) }
    }

    func endPoll(with error: ClientError?) {
        guard let waitingPoll else { return }
        finish(waitingPoll, Polled(error: error))
    }

    private func finish(_ poll: WaitingPoll, _ polled: Polled) {
        waitingPoll = nil
        access.cancel(poll.timer)
        var polled = polled
        polled.moves = takeMoves()
        // Not inside a call of the application's own.
        access.schedule(at: now) { poll.done(polled) }
    }
}
