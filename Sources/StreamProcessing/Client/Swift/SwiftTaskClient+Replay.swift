import Kafka
import KafkaClient

// Reading again.
extension SwiftTaskClient {
    /// How long nothing may come: longer than a dead predecessor's transaction may be open.
    private static let patience: Duration = .seconds(120)

    func watermarks(
        of topic: String, _ partitions: [Int32], countingOpen: Bool
    ) throws(KafkaError) -> [Int32: Watermarks] {
        let places = partitions.map { Kafka.TopicPartition(topic: topic, partition: $0) }
        let lows = try offsets(at: .beginning, of: places, countingOpen: true, timeout: .seconds(30))
        let highs = try offsets(at: .end, of: places, countingOpen: countingOpen, timeout: .seconds(30))
        var marks: [Int32: Watermarks] = [:]
        for place in places {
            if let low = lows[place], let high = highs[place] {
                marks[place.partition] = Watermarks(low: low, high: high)
            }
        }
        return marks
    }

    func replay(
        _ topic: String, _ ranges: [Int32: Range<Int64>],
        _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void
    ) throws -> Int {
        var open = ranges.filter { !$0.value.isEmpty }
        if open.isEmpty { return 0 }
        let reader = try call("reading \(topic) again") { () throws(ClientError) in
            try BlockingConsumer(settings.cluster, settings.reader(clientID: "\(name)-restore"), logger: logger)
        }
        defer { reader.close() }
        let places = open.keys.map { KafkaClient.TopicPartition(topic: topic, partition: $0) }
        var positions = open.mapValues(\.lowerBound)
        try call("reading \(topic) again") { () throws(ClientError) in
            try reader.assign(
                Dictionary(uniqueKeysWithValues: places.map { ($0, .offset(positions[$0.partition] ?? 0)) }))
        }
        var records = 0
        var lastProgress = ContinuousClock.now
        while !open.isEmpty {
            let batch = try poll(reader)
            var reached: [Int32: Int64] = [:]
            for (place, position) in reader.position(places) where position > positions[place.partition] ?? .max {
                (positions[place.partition], reached[place.partition]) = (position, position)
                if position >= open[place.partition]?.upperBound ?? .max { open[place.partition] = nil }
            }
            if !batch.isEmpty || !reached.isEmpty {
                records += batch.count
                try take(batch, reached)
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > Self.patience {
                let rest = open.map { partition, range in
                    let from = positions[partition] ?? range.lowerBound
                    return (
                        place: Kafka.TopicPartition(topic: topic, partition: partition), rest: from..<range.upperBound
                    )
                }
                throw RangeReadError(open: rest, Self.patience)
            }
        }
        return records
    }

    private func poll(_ reader: BlockingConsumer) throws(KafkaError) -> RecordBatch {
        do throws(ClientError) {
            return RecordBatch(try reader.poll(max: 5_000, timeout: .milliseconds(100))) { topicID($0) }
        } catch {
            throw KafkaError(reading: error, reader.assignment, in: "\(name)-restore")
        }
    }
}
