import KafkaProtocol

/// What the leader has to share out partitions among.
struct JoinedGroup: Hashable {
    var members: [GroupSubscriber]
    /// What some member reads.
    var topics: Set<String>
    /// A static leader is back: the group keeps the assignment that it has (KIP-814).
    var keepsAssignment: Bool

    init(_ answer: JoinGroupResponse) throws(WireError) {
        members = []
        for member in answer.members {
            members.append(
                GroupSubscriber(
                    memberID: member.memberID, instanceID: member.groupInstanceID,
                    subscription: try ConsumerSubscription(decoding: member.metadata)))
        }
        topics = Set(members.flatMap(\.subscription.topics))
        keepsAssignment = answer.skipAssignment
    }
}
