import KafkaProtocol

/// Names records that are on their way to the disk.
typealias GroupCommitID = UInt64

/// What the coordinator wants done.
enum GroupAction: Sendable {
    /// Answer a request.
    case reply(RequestContext, any KafkaMessage)
    /// Append the records, as one batch, to the log of group state; call ``GroupCoordinator/persisted(_:now:)`` with
    /// the id once they are durable. With a producer they are part of its transaction.
    case persist(GroupCommitID, [InternalRecord], producer: ProducerIdentity?)
    /// Something that an operator may want to know.
    case note(String)
}

/// What is to be done once records are durable.
enum GroupContinuation: Sendable {
    /// Nothing waits for it.
    case none
    case reply(RequestContext, any KafkaMessage)
    case commitOffsets(
        RequestContext, OffsetCommitResponse, group: String, _ number: Int, [TopicPartition: CommittedOffset])
    case assign(group: String, generation: Int32, assignments: [String: [UInt8]])
    /// A static member has come back under a new id while the group is stable.
    case replaceStaticMember(RequestContext, JoinGroupResponse, group: String)
}

/// Collects what comes out of one event.
struct GroupEffects: Sendable {
    var actions: [GroupAction] = []
    private(set) var continuations: [GroupCommitID: GroupContinuation] = [:]
    private var nextID: GroupCommitID = 1

    mutating func reply(_ context: RequestContext, _ body: any KafkaMessage) {
        actions.append(.reply(context, body))
    }

    mutating func note(_ text: String) { actions.append(.note(text)) }

    mutating func persist(
        _ records: [InternalRecord], producer: ProducerIdentity? = nil, then continuation: GroupContinuation
    ) {
        actions.append(.persist(nextID, records, producer: producer))
        continuations[nextID] = continuation
        nextID += 1
    }

    mutating func takeContinuation(_ id: GroupCommitID) -> GroupContinuation? {
        continuations.removeValue(forKey: id)
    }

    mutating func takeActions() -> [GroupAction] {
        defer { actions = [] }
        return actions
    }
}
