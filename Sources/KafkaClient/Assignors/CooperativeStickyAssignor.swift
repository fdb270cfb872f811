import NIOCore

/// Shares partitions out evenly, and leaves as many as possible where they are (KIP-429).
///
/// A partition that has to move is given to nobody while another member may still read it. That member is not given
/// it any more, lets go of it and joins again; the next rebalance gives it to its new owner. So between two rebalances
/// no partition has two owners, and those that stay are read without a pause.
struct CooperativeStickyAssignor: PartitionAssignor {
    init() {}
    var name: String { "cooperative-sticky" }
    var isCooperative: Bool { true }

    /// The generation, for leaders that know only version 1 of the subscription, which has no field for it.
    func userData(generation: Int32) -> ByteBuffer? {
        var bytes = ByteBuffer()
        bytes.writeInteger(generation)
        return bytes
    }

    func assign(
        _ members: [GroupSubscriber], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        let claims = OwnershipClaims(members)
        var assignment = members.noPartitions
        for (memberID, partitions) in StickyPlan(members, partitionCounts, owners: claims.owners).partitions {
            assignment[memberID] = partitions.filter { claims.isFree($0, for: memberID) }
        }
        return assignment
    }
}
