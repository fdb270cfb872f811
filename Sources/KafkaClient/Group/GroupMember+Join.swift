import KafkaProtocol
import NIOCore

/// JoinGroup.
extension GroupMember {
    /// Beyond the rebalance timeout: how long the answer may still be on its way.
    private static let joinGraceMilliseconds: Int64 = 5_000

    func joinLater() {
        attempts += 1
        let wait = access.random.backoff(
            base: access.settings.retryBackoffMilliseconds, limit: access.settings.retryBackoffMaximumMilliseconds,
            attempt: attempts)
        if let retryTimer { access.cancel(retryTimer) }
        retryTimer = access.schedule(at: now + wait) { [weak self] in
            guard let self, phase == .joining else { return }
            join()
        }
    }

    func join() {
        stopRequests()
        assignedCounts = nil
        joinReason = rejoinReason ?? joinReason
        rejoinReason = nil
        joinedSubscription = subscription
        let timeout = settings.pollIntervalMilliseconds + Self.joinGraceMilliseconds
        request = access.send(
            to: .coordinator(settings.coordinator),
            options(deadline: now + access.settings.apiTimeoutMilliseconds, timeout: timeout),
            make: { _ in self.joinRequest() }, check: { $0.errorCode }
        ) { [weak self] result in
            guard let self else { return }
            request = nil
            switch result {
            case .success(let answer): joined(answer.body)
            case .failure(let failure): retry(failure)
            }
        }
    }

    private func joinRequest() -> JoinGroupRequest {
        JoinGroupRequest {
            $0.groupID = settings.groupID
            $0.sessionTimeoutMilliseconds = Int32(clamping: settings.sessionTimeoutMilliseconds)
            $0.rebalanceTimeoutMilliseconds = Int32(clamping: settings.pollIntervalMilliseconds)
            $0.memberID = memberID
            $0.groupInstanceID = settings.instanceID
            $0.protocolType = Self.protocolType
            $0.protocols = settings.assignors.map { assignor in
                let subscription = ConsumerSubscription(
                    topics: Array(joinedSubscription), userData: assignor.userData(generation: ownedGeneration),
                    owned: Array(owned), generation: ownedGeneration, rackID: settings.rackID)
                return .init {
                    $0.name = assignor.name
                    $0.metadata = subscription.encoded()
                }
            }
            $0.reason = joinReason
        }
    }

    static let protocolType = "consumer"

    private func joined(_ answer: JoinGroupResponse) {
        switch answer.errorCode {
        case .none: memberJoined(answer)
        case .memberIDRequired:
            // The coordinator has not counted us yet, so that a lost answer makes no member that nobody is (KIP-394).
            memberID = answer.memberID
            join()
        case .unknownMemberID: reset(forgettingID: true, answer.errorCode)
        case .illegalGeneration: reset(forgettingID: false, answer.errorCode)
        case .rebalanceInProgress: joinLater()
        case let error: retry(error, "joining")
        }
    }

    private func memberJoined(_ answer: JoinGroupResponse) {
        guard answer.protocolType ?? Self.protocolType == Self.protocolType,
            let assignor = settings.assignors.first(where: { $0.name == answer.protocolName })
        else { return fail(ClientError(.inconsistentGroupProtocol, "the group shares out partitions by another way")) }
        memberID = answer.memberID
        generation = answer.generationID
        assignorName = assignor.name
        guard answer.leader == answer.memberID else { return sync([]) }
        do throws(WireError) {
            let group = try JoinedGroup(answer)
            phase = .assigning(group)
            followTopics()
            scheduleHeartbeat()
            assignIfKnown(group)
        } catch {
            fail(ClientError(.protocolViolation, "a member's subscription cannot be read: \(error)"))
        }
    }
}

// MARK: What did not work

extension GroupMember {
    /// Again after a while, unless it would be in vain.
    func retry(_ error: ErrorCode, _ verb: String) {
        if error == .fencedInstanceID {
            let message = "another consumer has the instance id \(settings.instanceID ?? "")"
            return fail(ClientError(error, message, context: name).fatal)
        }
        guard error.isRetriable else { return fail(ClientError(error, context: "\(name): \(verb)")) }
        access.log(.info, "\(name): \(verb): \(error.name), again soon")
        phase = .joining
        joinLater()
    }

    func retry(_ failure: RequestFailure) {
        guard failure.error.isRetriable else { return fail(failure.error) }
        access.log(.info, "\(name): \(failure.error), again soon")
        phase = .joining
        joinLater()
    }

    /// Nothing that is on its way counts any more.
    func stopRequests() {
        for id in [request, heartbeat].compactMap(\.self) { access.cancel(id) }
        for id in [retryTimer, heartbeatTimer].compactMap(\.self) { access.cancel(id) }
        (request, heartbeat, retryTimer, heartbeatTimer) = (nil, nil, nil, nil)
    }
}
