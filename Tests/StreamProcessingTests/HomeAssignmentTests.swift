import Kafka
import Testing

@testable import StreamProcessing

@Suite("Which member reads what") struct HomeAssignmentTests {
    /// The partitions of all topics, dealt out in turn as librdkafka's round-robin assignor does it.
    private func deal(_ counts: [(topic: String, count: Int32)], among members: Int) -> [[TopicPartition]] {
        var given: [[TopicPartition]] = Array(repeating: [], count: members)
        var next = 0
        for (topic, count) in counts.sorted(by: { $0.topic < $1.topic }) {
            for partition in 0..<count {
                given[next % members].append(TopicPartition(topic: topic, partition: partition))
                next += 1
            }
        }
        return given
    }

    @Test(
        "every partition has one reader and joined homes meet, whatever counts the topics have",
        arguments: [[6, 6, 6], [12, 6, 6], [12, 9, 7], [6, 12, 24], [7, 7, 7]] as [[Int32]], [1, 2, 3, 4, 7])
    func everyPartitionOnce(_ counts: [Int32], _ members: Int) {
        let topics = Array(zip(["orders", "payments", "fraud-alerts"], counts)).map { (topic: $0, count: $1) }
        let homes: Int32 = 6
        var readers: [TopicPartition: [Int]] = [:]
        var owners: [Int32: Int] = [:]
        for (member, given) in deal(topics, among: members).enumerated() {
            let mine = TaskRun.homes(of: given, lead: "orders", among: homes)
            for home in mine { owners[home] = member }
            for (topic, count) in topics {
                for place in TaskRun.partitions(of: topic, count: count, homes: mine, among: homes) {
                    readers[place, default: []].append(member)
                }
            }
        }
        #expect(owners.count == Int(homes))
        for (topic, count) in topics {
            for partition in 0..<count {
                #expect(readers[TopicPartition(topic: topic, partition: partition)] == [owners[partition % homes]!])
            }
        }
        let shares = Dictionary(grouping: owners.values, by: \.self).values.map(\.count)
        #expect((shares.max() ?? 0) - (members > 6 ? 0 : shares.min() ?? 0) <= 1)
    }

    @Test(
        "where all topics have as many partitions as there are homes, the choice is what earlier versions' range assignor gives"
    )
    func asBefore() {
        let given = ["orders", "payments", "fraud-alerts"].flatMap { topic in
            (Int32(3)..<6).map { TopicPartition(topic: topic, partition: $0) }
        }
        let mine = TaskRun.homes(of: given, lead: "orders", among: 6)
        let chosen = ["orders", "payments", "fraud-alerts"].flatMap {
            TaskRun.partitions(of: $0, count: 6, homes: mine, among: 6)
        }
        #expect(Set(chosen) == Set(given))
    }
}
