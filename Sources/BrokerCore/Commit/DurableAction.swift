import KafkaProtocol

/// What is to be done once all that was appended before it is durable.
enum DurableAction {
    case respond(RequestToken, any KafkaMessage)
    /// A transactional producer has its identity.
    indirect case initialized(RequestToken, transactionalID: String, ProducerIdentity, TransactionCoordinator.Ending?)
    /// A transaction has ended.
    indirect case ended(TransactionCoordinator.Ending)
    /// A marker stands in the log of offsets.
    case endGroups(producerID: Int64, commit: Bool)
    case groupsPersisted(GroupCommitID)
    /// A topic's deletion. A checkpoint that is not written yet may have to wait for it.
    case removeTopic(String, directories: [String], isInCheckpoint: Bool)
    case deleteSegments([Segment], PartitionLog)
    case lastCheckpoint
}

extension Broker {
    /// Does the action once everything appended so far is durable.
    func whenDurable(_ action: DurableAction) {
        if commits.isIdle { perform(action) } else { commits.whenDurable(action) }
    }

    /// Answers once everything appended so far is durable.
    func respondWhenDurable(_ context: RequestContext, _ body: some KafkaMessage) {
        whenDurable(.respond(context.token, body))
    }

    func perform(_ action: DurableAction) {
        switch action {
        case .respond(let token, let body): effects.append(.respond(token, body))
        case .initialized(let token, let id, let identity, let aborted):
            if let aborted { settle(aborted) }
            transactions.initialized(id, identity)
            effects.append(.respond(token, InitProducerIDResponse(identity)))
        case .ended(let ending):
            settle(ending)
            transactions.ended(ending)
        case .endGroups(let producerID, let commit): endGroupTransaction(producerID, commit: commit)
        case .groupsPersisted(let id): groupsPersisted(id)
        case .removeTopic(let name, let directories, let isInCheckpoint):
            removeFiles(ofTopic: name, directories, isInCheckpoint: isInCheckpoint)
        case .deleteSegments(let segments, let log): delete(segments, of: log)
        case .lastCheckpoint:
            if checkpoints.current == nil { beginCheckpoint() }
        }
    }
}
