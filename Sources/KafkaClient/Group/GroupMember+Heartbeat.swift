import KafkaProtocol

/// Heartbeats, and the watch over the application's polls.
extension GroupMember {
    /// While JoinGroup or SyncGroup waits at the coordinator, that keeps the member alive, and its connection is taken.
    private var sendsHeartbeats: Bool {
        switch phase {
        case .stable, .releasing, .assigning: generation >= 0
        case .out, .joining, .syncing, .expelled, .leaving: false
        }
    }

    func scheduleHeartbeat() {
        guard sendsHeartbeats, heartbeat == nil, heartbeatTimer == nil else { return }
        heartbeatTimer = access.schedule(at: now + settings.heartbeatIntervalMilliseconds) { [weak self] in
            self?.heartbeatTimer = nil
            self?.sendHeartbeat()
        }
    }

    private func sendHeartbeat() {
        guard sendsHeartbeats, heartbeat == nil else { return }
        let sent = HeartbeatRequest {
            $0.groupID = settings.groupID
            $0.generationID = generation
            $0.memberID = memberID
            $0.groupInstanceID = settings.instanceID
        }
        heartbeat = access.send(
            sent, to: .coordinator(settings.coordinator),
            options(deadline: now + settings.sessionTimeoutMilliseconds, timeout: settings.sessionTimeoutMilliseconds),
            check: { $0.errorCode }
        ) { [weak self] result in
            guard let self else { return }
            heartbeat = nil
            switch result {
            case .success(let answer): heard(answer.body.errorCode)
            case .failure(let failure):
                // Whether the session is over only the coordinator can say.
                if failure.error.isRetriable { scheduleHeartbeat() } else { fail(failure.error) }
            }
        }
    }

    private func heard(_ error: ErrorCode) {
        switch error {
        case .none: break
        case .rebalanceInProgress: rejoin("the group rebalances")
        case .unknownMemberID: return reset(forgettingID: true, error)
        case .illegalGeneration: return reset(forgettingID: false, error)
        case .fencedInstanceID: return retry(error, "heartbeat")
        default:
            guard error.isRetriable else { return fail(ClientError(error, context: "\(name): heartbeat")) }
        }
        scheduleHeartbeat()
    }

    // MARK: Polls

    func watchPolls(at deadline: Int64) {
        pollTimer = access.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            pollTimer = nil
            let due = lastPoll + settings.pollIntervalMilliseconds
            if now < due { watchPolls(at: due) } else { expel() }
        }
    }

    /// The application hangs, as it seems: others shall have its share.
    private func expel() {
        switch phase {
        case .out, .leaving, .expelled: return
        default: break
        }
        access.log(
            .warning,
            "\(name): not polled for max.poll.interval.ms (\(settings.pollIntervalMilliseconds) ms): leaving the group")
        stopRequests()
        sendLeaveRequest("poll interval exceeded") {}
        lose()
        generation = -1
        if settings.instanceID == nil { memberID = "" }
        if case .releasing(_, .leave) = phase { return left() }
        phase = .expelled
    }
}
