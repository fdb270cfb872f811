/// As whom a consumer commits: its group, and its place in it.
///
/// A producer that commits a consumer's offsets in its transaction sends it along. The coordinator refuses the commit
/// where the group has moved on without that member (KIP-447).
public struct ConsumerGroupMetadata: Hashable, Sendable {
    /// `group.id`.
    public var groupID: String
    /// Counts the group's rebalances; -1 for a consumer that is no member.
    public var generation: Int32
    /// The coordinator's name for the member; empty for a consumer that is no member.
    public var memberID: String
    /// `group.instance.id` (KIP-345), nil for a dynamic member.
    public var instanceID: String?

    /// A place in a group; without more than the group's id, that of a consumer that is no member.
    public init(groupID: String, generation: Int32 = -1, memberID: String = "", instanceID: String? = nil) {
        self.groupID = groupID
        self.generation = generation
        self.memberID = memberID
        self.instanceID = instanceID
    }
}
