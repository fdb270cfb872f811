import Kafka

extension KafkaAdmin {
    /// How far these groups have committed, for each of the homes.
    func progress(_ homes: Int, of groups: [String]) async throws(KafkaError) -> [PartitionProgress] {
        var progress = Array(repeating: PartitionProgress(), count: homes)
        for group in groups {
            let consumptions = Consumption.allCases.filter { $0.group == group }
            let committed = try await committedOffsets(ofGroup: group, in: consumptions.flatMap { $0.places(homes) })
            for consumption in consumptions {
                for place in consumption.places(homes) {
                    progress[Int(place.partition)][consumption] = committed[place] ?? 0
                }
            }
        }
        return progress
    }
}

extension Consumption {
    /// What it reads.
    func places(_ homes: Int) -> [TopicPartition] {
        (0..<Int32(homes)).map { TopicPartition(topic: topic.name, partition: $0) }
    }
}
