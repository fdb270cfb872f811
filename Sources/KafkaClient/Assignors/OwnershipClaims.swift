/// Who has which partition before a rebalance, by what the members say.
///
/// A member that missed a rebalance may still claim what has gone to another one since. Of two claims the one of the
/// newer generation counts (KIP-792). Of two claims of the same generation none does: something went wrong, and both
/// members have to let go first.
struct OwnershipClaims {
    /// The member whose claim counts.
    private(set) var owners: [TopicPartition: String] = [:]
    /// Partitions that several members claim in the newest generation of a claim on them.
    private(set) var contested: Set<TopicPartition> = []
    /// All members that claim a partition, rightly or not.
    private(set) var claimants: [TopicPartition: Set<String>] = [:]
    private var generations: [TopicPartition: Int32] = [:]

    init(_ members: [GroupSubscriber]) {
        for member in members.sorted() {
            for partition in Set(member.subscription.owned) { claim(partition, member) }
        }
    }

    private mutating func claim(_ partition: TopicPartition, _ member: GroupSubscriber) {
        claimants[partition, default: []].insert(member.memberID)
        let generation = member.subscription.claimGeneration
        if let known = generations[partition], known >= generation {
            guard known == generation else { return }
            owners[partition] = nil
            contested.insert(partition)
        } else {
            generations[partition] = generation
            owners[partition] = member.memberID
            contested.remove(partition)
        }
    }

    /// Whether a partition may be given to a member at once: nobody else may still be reading it.
    func isFree(_ partition: TopicPartition, for memberID: String) -> Bool {
        if owners[partition] == memberID { return true }
        guard let claimants = claimants[partition] else { return true }
        return !contested.contains(partition) && claimants == [memberID]
    }
}

extension ConsumerSubscription {
    /// The generation of the claims: its own field, or before version 2 what the sticky assignor has put into its own
    /// data.
    fileprivate var claimGeneration: Int32 {
        if generation >= 0 { return generation }
        return userData.flatMap { $0.getInteger(at: $0.readerIndex, as: Int32.self) } ?? -1
    }
}
