import Kafka
import OrderEvents
import OrderServices
import StreamProcessing

extension Repartitioner {
    /// The documents of one partition that are held at a time, about 200 bytes each; where there are more, it is read
    /// several times.
    private static let documentsInMemory: Int64 = 1_000_000
    private static let batch = 2_000

    /// Sums up the windows and totals of every partition again from the documents that are at home there, and writes
    /// those that differ. What is at home elsewhere now is subtracted so, and a partition beyond the homes ends at
    /// nothing.
    func sumUp(_ layout: inout HomeLayout, _ writer: LayoutWriter) async throws {
        var after = layout
        after.finishMove(ends: [:])
        var changed = 0
        for place in try await admin.partitions(ofTopics: [Topics.orderAnalytics.name]).sorted() {
            let begin = try await admin.beginningOffsets([place])[place] ?? 0
            let end = max(begin, try await admin.endOffsets([place])[place] ?? 0)
            var sums = PartitionSums(layout: after, partition: place.partition)
            let rounds = Int((end - begin) / Repartitioner.documentsInMemory) + 1
            for index in 0..<rounds {
                sums.begin(ReadingRound(index: index, count: rounds))
                let reader = try RangeReader(settings: settings, clientID: "orders-repartition", logger: logger)
                defer { reader.close() }
                try reader.records(of: place, begin..<end) { record in
                    try sums.take(key: record.key, value: record.value, offset: record.offset)
                }
                try sums.finishRound()
            }
            let due = sums.corrections(at: Timestamp(millisecondsSinceEpoch: now()))
            for start in stride(from: 0, to: due.count, by: Repartitioner.batch) {
                let part = due[start..<min(due.count, start + Repartitioner.batch)]
                try writer.write(layout) { producer in
                    let topic = try producer.topic(Topics.orderAnalytics.name)
                    for aggregate in part { try Repartitioner.send(aggregate, to: topic, producer) }
                }
            }
            changed += due.count
        }
        say("\(Topics.orderAnalytics.name): \(changed) windows and totals summed up again")
    }

    private static func send(_ aggregate: Aggregate, to topic: TopicHandle, _ producer: KafkaProducer) throws {
        var (key, value) = (JSONBytes(), JSONBytes())
        aggregate.appendKey(to: &key)
        aggregate.encode(into: &value)
        try key.withUnsafeBytes { key in
            try value.withUnsafeBytes {
                try producer.produce(to: topic, partition: aggregate.partition, key: key, value: $0, whenFull: .wait)
            }
        }
    }
}

/// The windows and totals of one partition, as its documents say and as they stand. Pure.
struct PartitionSums {
    /// As it is after the move.
    let layout: HomeLayout
    let partition: Int32
    private var round = ReadingRound()
    private var documents: [OrderID: [UInt8]] = [:]
    private var expected: [AggregateKey: Aggregate] = [:]
    private var standing: [AggregateKey: Aggregate] = [:]

    init(layout: HomeLayout, partition: Int32) {
        self.layout = layout
        self.partition = partition
    }

    mutating func begin(_ round: ReadingRound) {
        self.round = round
        documents = [:]
    }

    /// A record of the partition, in the order of the log.
    mutating func take(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, offset: Int64) throws {
        guard let key, let value else { return }
        guard let id = OrderID(key: key) else {
            // What is no aggregate is nobody's.
            guard round.isLast, let aggregate = try? Aggregate(json: value), aggregate.partition == partition else {
                return
            }
            standing[AggregateKey(aggregate)] = aggregate
            return
        }
        guard round.has(id), layout.place(ofKey: key, Topics.orderAnalytics.name, partition, offset) == .home else {
            return
        }
        // What analytics did not write it does not restore either.
        guard let document = try? OrderDocument(json: value) else { return }
        var state: [UInt8] = []
        DocumentState.encode(document, into: &state)
        documents[id] = state
    }

    mutating func finishRound() throws {
        for (id, state) in documents {
            let document = try state.withUnsafeBytes { try DocumentState.decode($0, id: id) }
            for window in [AggregateWindow.allTime, .minute(of: document.order)] {
                let key = AggregateKey(window: window, partition: partition)
                try expected[key, default: Aggregate(window: window, partition: partition)].change(
                    from: nil, to: document)
                expected[key]?.late += window.lateness(of: document)
            }
        }
        documents = [:]
    }

    /// What is to be written so that the sums are right.
    func corrections(at now: Timestamp) -> [Aggregate] {
        Set(expected.keys).union(standing.keys).compactMap { key in
            let old = standing[key] ?? Aggregate(window: key.window, partition: partition)
            var new = expected[key] ?? Aggregate(window: key.window, partition: partition)
            if new.cells == old.cells, new.late == old.late { return nil }
            new.revision = old.revision + 1
            new.updatedAt = now
            return new
        }
    }
}
