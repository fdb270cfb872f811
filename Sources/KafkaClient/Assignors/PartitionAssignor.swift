import NIOCore

/// A way to share out the partitions of topics among the members of a group. The leader runs it.
///
/// An assignor is a pure function: the same members and partitions give the same assignment.
protocol PartitionAssignor: Sendable {
    /// What members call it in JoinGroup; the same in all clients.
    var name: String { get }

    /// Whether members keep what they have during a rebalance (KIP-429). Then a partition that moves is given to
    /// nobody first, and to its new owner in the rebalance after that.
    var isCooperative: Bool { get }

    /// What a member of this generation sends of the assignor's own.
    func userData(generation: Int32) -> ByteBuffer?

    /// Shares out all partitions of the topics that members subscribe to.
    ///
    /// - Parameter partitionCounts: of the topics that exist; others are skipped.
    /// - Returns: what each member gets, for all of them. No partition has two owners.
    func assign(_ members: [GroupSubscriber], partitionCounts: [String: Int32]) -> [String: [TopicPartition]]
}

extension PartitionAssignor {
    var isCooperative: Bool { false }
    func userData(generation: Int32) -> ByteBuffer? { nil }
}

/// A member as the leader sees it.
struct GroupSubscriber: Hashable, Sendable {
    var memberID: String
    /// Set for static members (KIP-345).
    var instanceID: String?
    var subscription: ConsumerSubscription

    init(memberID: String, instanceID: String? = nil, subscription: ConsumerSubscription) {
        self.memberID = memberID
        self.instanceID = instanceID
        self.subscription = subscription
    }
}

extension GroupSubscriber: Comparable {
    /// Static members first, by their instance ids, so that their share is the same after a restart. Then by member id.
    static func < (a: Self, b: Self) -> Bool {
        switch (a.instanceID, b.instanceID) {
        case (let left?, let right?): left < right
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): a.memberID < b.memberID
        }
    }
}

extension [GroupSubscriber] {
    /// Nothing for anyone, to begin with.
    var noPartitions: [String: [TopicPartition]] {
        Dictionary(map { ($0.memberID, []) }, uniquingKeysWith: { first, _ in first })
    }

    /// The members of each topic that has partitions, both in order.
    func subscribers(_ partitionCounts: [String: Int32]) -> [(topic: String, count: Int32, members: [GroupSubscriber])]
    {
        var members: [String: [GroupSubscriber]] = [:]
        for member in sorted() {
            for topic in Set(member.subscription.topics) { members[topic, default: []].append(member) }
        }
        return members.keys.sorted().compactMap { topic in
            guard let count = partitionCounts[topic], count > 0, let readers = members[topic] else { return nil }
            return (topic, count, readers)
        }
    }
}
