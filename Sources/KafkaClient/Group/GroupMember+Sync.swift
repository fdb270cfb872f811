import KafkaProtocol
import NIOCore

/// SyncGroup, and what the leader puts into it.
extension GroupMember {
    /// How long a leader waits to know topics that it does not know. Then they count as not there.
    private static let topicsWaitMilliseconds: Int64 = 5_000

    /// Shares out the partitions as soon as all topics are known.
    func assignIfKnown(_ group: JoinedGroup) {
        let known = access.metadata.topics
        let isKnown = group.topics.allSatisfy { topic in
            known[topic].map { $0.error == .none || $0.error == .unknownTopicOrPartition } ?? false
        }
        if isKnown { return assign(group) }
        guard retryTimer == nil else { return }
        access.refreshMetadata()
        retryTimer = access.schedule(at: now + Self.topicsWaitMilliseconds) { [weak self] in
            guard let self, case .assigning(let group) = phase else { return }
            retryTimer = nil
            assign(group)
        }
    }

    private func assign(_ group: JoinedGroup) {
        let counts = partitionCounts(of: group.topics, before: [:])
        assignedCounts = counts
        guard !group.keepsAssignment, let assignor = settings.assignors.first(where: { $0.name == assignorName }) else {
            return sync([])
        }
        let assignment = assignor.assign(group.members, partitionCounts: counts)
        sync(
            group.members.map { member in
                .init {
                    $0.memberID = member.memberID
                    $0.assignment = ConsumerAssignment(partitions: assignment[member.memberID] ?? []).encoded()
                }
            })
    }

    func sync(_ assignments: [SyncGroupRequest.Assignment]) {
        stopRequests()
        phase = .syncing
        let sent = SyncGroupRequest {
            $0.groupID = settings.groupID
            $0.generationID = generation
            $0.memberID = memberID
            $0.groupInstanceID = settings.instanceID
            $0.protocolType = Self.protocolType
            $0.protocolName = assignorName
            $0.assignments = assignments
        }
        request = access.send(
            sent, to: .coordinator(settings.coordinator),
            options(
                deadline: now + settings.sessionTimeoutMilliseconds,
                timeout: max(access.settings.requestTimeoutMilliseconds, settings.pollIntervalMilliseconds)),
            check: { $0.errorCode }
        ) { [weak self] result in
            guard let self else { return }
            request = nil
            switch result {
            case .success(let answer): synced(answer.body)
            case .failure(let failure): retry(failure)
            }
        }
    }

    private func synced(_ answer: SyncGroupResponse) {
        switch answer.errorCode {
        case .none:
            guard answer.protocolName ?? assignorName == assignorName else {
                return retry(.inconsistentGroupProtocol, "syncing")
            }
            do throws(WireError) {
                complete(try ConsumerAssignment(decoding: answer.assignment).partitions)
            } catch {
                fail(ClientError(.protocolViolation, "the leader's assignment cannot be read: \(error)"))
            }
        case .rebalanceInProgress:
            // Somebody came or went meanwhile. What we have stays ours, of the generation in which we got it.
            phase = .joining
            join()
        case .unknownMemberID: reset(forgettingID: true, answer.errorCode)
        case .illegalGeneration: reset(forgettingID: false, answer.errorCode)
        case let error: retry(error, "syncing")
        }
    }
}
