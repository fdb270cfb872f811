/// What a member learns of its share. To be handled in order.
enum GroupEvent: Hashable, Sendable {
    /// These are to be given up: finish with them, commit, then call ``GroupMember/released(_:)``. Until then they are
    /// still the member's.
    case revoked([TopicPartition], ReleaseTicket)
    /// These are gone already: others may be reading them, and commits will be refused.
    case lost([TopicPartition])
    /// A rebalance is over. These are new, perhaps none; `all` is what the member has now.
    case assigned([TopicPartition], all: [TopicPartition])
    /// The member is out and will not join again by itself.
    case failed(ClientError)
}

/// Says which revocation was handled.
struct ReleaseTicket: Hashable, Sendable {
    let number: UInt64
}
