import KafkaProtocol

/// LeaveGroup.
extension GroupMember {
    /// How long the last word may take.
    private static let leaveMilliseconds: Int64 = 5_000

    func sendLeave() {
        stopRequests()
        phase = .leaving
        sendLeaveRequest("the consumer is closed") { [weak self] in self?.left() }
    }

    /// Static members say nothing: their place is theirs until the session ends (KIP-345).
    func sendLeaveRequest(_ reason: String, then done: @escaping () -> Void) {
        guard settings.instanceID == nil, !memberID.isEmpty else {
            access.schedule(at: now, done)
            return
        }
        let sent = LeaveGroupRequest {
            $0.groupID = settings.groupID
            // Before version 3.
            $0.memberID = memberID
            $0.members = [
                .init {
                    $0.memberID = memberID
                    $0.reason = reason
                }
            ]
        }
        // A JoinGroup that was given up may still wait on the member's own connection.
        access.send(
            sent, to: .coordinator(settings.coordinator),
            options(deadline: now + Self.leaveMilliseconds, lane: .general),
            check: { $0.errorCode }
        ) { [weak self] result in
            if let self, case .success(let answer) = result, answer.body.errorCode != .none {
                access.log(.info, "\(name): leaving: \(answer.body.errorCode.name)")
            }
            done()
        }
    }

    func left() {
        stop()
        memberID = ""
        onLeft.take()?()
    }

    /// No member any more.
    func stop() {
        stopRequests()
        if let pollTimer { access.cancel(pollTimer) }
        pollTimer = nil
        if let follower { access.unfollow(follower) }
        follower = nil
        phase = .out
        generation = -1
        assignedCounts = nil
        rejoinReason = nil
        joinReason = nil
    }
}
