import KafkaProtocol

/// Consumer groups: the coordinator decides, this writes, answers and keeps its time.
extension Broker {
    func joinGroup(_ context: RequestContext, _ request: JoinGroupRequest) {
        waitingGroupRequests[context.token.connection, default: []].append(context)
        perform(groups.joinGroup(request, context, now: now))
    }

    func syncGroup(_ context: RequestContext, _ request: SyncGroupRequest) {
        waitingGroupRequests[context.token.connection, default: []].append(context)
        perform(groups.syncGroup(request, context, now: now))
    }

    func heartbeat(_ context: RequestContext, _ request: HeartbeatRequest) {
        perform(groups.heartbeat(request, context, now: now))
    }

    func leaveGroup(_ context: RequestContext, _ request: LeaveGroupRequest) {
        perform(groups.leaveGroup(request, context, now: now))
    }

    func describeGroups(_ context: RequestContext, _ request: DescribeGroupsRequest) {
        perform(groups.describeGroups(request, context))
    }

    func listGroups(_ context: RequestContext, _ request: ListGroupsRequest) {
        perform(groups.listGroups(request, context))
    }

    func deleteGroups(_ context: RequestContext, _ request: DeleteGroupsRequest) {
        perform(groups.deleteGroups(request, context))
    }

    func offsetDelete(_ context: RequestContext, _ request: OffsetDeleteRequest) {
        perform(groups.offsetDelete(request, context))
    }

    func offsetFetch(_ context: RequestContext, _ request: OffsetFetchRequest) {
        perform(groups.offsetFetch(request, context))
    }

    func offsetCommit(_ context: RequestContext, _ request: OffsetCommitRequest) {
        perform(
            groups.offsetCommit(request, context, now: now) { [self] topic, index in partition(topic, index) != nil })
    }

    func txnOffsetCommit(_ context: RequestContext, _ request: TxnOffsetCommitRequest) {
        let code = transactions.admit(
            request.transactionalID, .init(id: request.producerID, epoch: request.producerEpoch),
            group: request.groupID, adds: context.header.version >= 5, now: now)
        guard code == .none else {
            return respond(
                context,
                TxnOffsetCommitResponse {
                    $0.topics = request.topics.mapPartitions {
                        .init(partitionIndex: $1.partitionIndex, errorCode: code)
                    }
                })
        }
        watchTimeout(of: request.transactionalID)
        perform(
            groups.txnOffsetCommit(request, context, now: now) { [self] topic, index in partition(topic, index) != nil }
        )
    }

    /// A transaction that groups' offsets were part of has ended, durably.
    func endGroupTransaction(_ producerID: Int64, commit: Bool) {
        perform(groups.endTransaction(producerID: producerID, committed: commit, now: now))
    }

    /// What was committed for a deleted topic goes with it.
    func topicDeleted(_ name: String) {
        perform(groups.deleteOffsets(ofTopics: [name]))
    }

    func groupsPersisted(_ id: GroupCommitID) {
        perform(groups.persisted(id, now: now))
    }

    func expireGroups() {
        perform(groups.tick(now))
    }

    /// A connection is gone, and with it what waited there.
    func dropGroupRequests(of connection: UInt64) {
        guard let waiting = waitingGroupRequests.removeValue(forKey: connection) else { return }
        perform(groups.cancel(waiting, now: now))
    }

    private func perform(_ actions: [GroupAction]) {
        for action in actions {
            switch action {
            case .reply(let context, let body):
                effects.append(.respond(context.token, body))
                forgetWaiting(context)
            case .persist(let id, let records, let producer):
                append(records, to: .offsets, producer: producer)
                whenDurable(.groupsPersisted(id))
            case .note(let text): note(.debug, text)
            }
        }
        if let deadline = groups.nextDeadline { timers.set(.groups, at: deadline) }
    }

    private func forgetWaiting(_ context: RequestContext) {
        guard waitingGroupRequests[context.token.connection] != nil else { return }
        waitingGroupRequests[context.token.connection]?.removeAll { $0.token == context.token }
        if waitingGroupRequests[context.token.connection]?.isEmpty == true {
            waitingGroupRequests[context.token.connection] = nil
        }
    }
}
