import KafkaClient

extension RecordBatch {
    /// The records of a poll, in the memory in which they came: nothing of them is copied.
    convenience init(_ runs: [RecordRun], topicID: (String) -> TopicID) {
        let memory = ForeignRecords { number in
            var number = number
            for run in runs {
                if number < run.count {
                    return run[number].headers.map { Kafka.RecordHeader($0.name, $0.value) }
                }
                number -= run.count
            }
            return []
        }
        self.init(runs.reduce(0) { $0 + $1.count }, in: memory) { records in
            var number = 0
            for run in runs {
                let (topic, partition) = (topicID(run.partition.topic), run.partition.partition)
                run.forEachUnsafe { offset, timestamp, key, value in
                    (records + number).initialize(
                        to: Record(
                            topic: topic, partition: partition, offset: offset, timestamp: timestamp, key: key,
                            value: value, in: memory, number: number))
                    number += 1
                }
            }
        }
    }
}
