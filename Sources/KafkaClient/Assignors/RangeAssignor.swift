/// Gives each member a range of consecutive partitions of each topic.
///
/// Topics with the same number of partitions are shared out alike, so that a member gets the same partitions of each.
struct RangeAssignor: PartitionAssignor {
    init() {}
    var name: String { "range" }

    func assign(
        _ members: [GroupSubscriber], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        var assignment = members.noPartitions
        for (topic, count, readers) in members.subscribers(partitionCounts) {
            let share = count / Int32(readers.count)
            let rest = count % Int32(readers.count)
            var next: Int32 = 0
            for (index, reader) in readers.enumerated() {
                let end = next + share + (index < rest ? 1 : 0)
                assignment[reader.memberID, default: []] += (next..<end).map {
                    TopicPartition(topic: topic, partition: $0)
                }
                next = end
            }
        }
        return assignment
    }
}
