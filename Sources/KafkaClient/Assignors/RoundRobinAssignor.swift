/// Goes through all partitions of all topics in order and gives each to the next member that reads its topic.
struct RoundRobinAssignor: PartitionAssignor {
    init() {}
    var name: String { "roundrobin" }

    func assign(
        _ members: [GroupSubscriber], partitionCounts: [String: Int32]
    ) -> [String: [TopicPartition]] {
        var assignment = members.noPartitions
        let circle = members.sorted()
        var turn = 0
        for (topic, count, readers) in members.subscribers(partitionCounts) {
            let readerIDs = Set(readers.map(\.memberID))
            for partition in 0..<count {
                while !readerIDs.contains(circle[turn % circle.count].memberID) { turn += 1 }
                assignment[circle[turn % circle.count].memberID, default: []].append(
                    TopicPartition(topic: topic, partition: partition))
                turn += 1
            }
        }
        return assignment
    }
}
