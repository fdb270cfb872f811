import Kafka
import OrderEvents
import StreamProcessing

extension Repartitioner {
    /// Copies what lies before the move and gets another home.
    func copy(_ layout: inout HomeLayout, _ writer: LayoutWriter) async throws {
        guard let move = layout.move else { return }
        let rule = MoveRule(layout: layout, homes: move.epoch.homes)
        for topic in FlowTopic.allCases {
            var copied = 0
            for (partition, end) in (move.epoch.starts[topic.name] ?? []).enumerated() {
                let place = TopicPartition(topic: topic.name, partition: Int32(partition))
                copied += try await copy(topic, place, until: end, rule, &layout, writer)
            }
            say("\(topic.name): \(copied) records copied to their new homes")
        }
    }

    private func copy(
        _ topic: FlowTopic, _ place: TopicPartition, until end: Int64, _ rule: MoveRule, _ layout: inout HomeLayout,
        _ writer: LayoutWriter
    ) async throws -> Int {
        let done = layout.move?.copied[topic.name]?[Int(place.partition)] ?? 0
        let begin = max(done, try await admin.beginningOffsets([place])[place] ?? 0)
        guard begin < end else { return 0 }
        let reader = try RangeReader(settings: settings, clientID: "orders-repartition", logger: logger)
        defer { reader.close() }
        var copied = 0
        do {
            try reader.batches([place: begin..<end]) { batch, reached in
                if let position = reached[place] { layout.note(position, topic, place.partition) }
                copied += try copy(batch.keeping { $0.offset < end }, of: topic, rule, layout, writer)
                return true
            }
        } catch let error as RangeReadError {
            throw LayoutError("\(error); run this again")
        }
        return copied
    }

    /// Copies the records of one poll that move, in one transaction with how far the layout says that it has come.
    private func copy(
        _ records: RecordBatch, of topic: FlowTopic, _ rule: MoveRule, _ layout: HomeLayout, _ writer: LayoutWriter
    ) throws -> Int {
        let moving = records.compactMap { record in
            MoveRule.orderID(topic, key: record.key, value: record.value)
                .flatMap { id in
                    rule.target(of: id, topic, record.partition, record.offset).map { (id, record, $0) }
                }
        }
        if moving.isEmpty { return 0 }
        try writer.write(layout) { producer in
            let handle = try producer.topic(topic.name)
            for (id, record, home) in moving { try Repartitioner.send(record, of: id, to: handle, home, producer) }
        }
        return moving.count
    }

    private static func send(
        _ record: Record, of id: OrderID, to topic: TopicHandle, _ home: Int32, _ producer: KafkaProducer
    ) throws {
        let headers = record.headers
        let earlier = headers.last { $0.name == MovedFrom.name }?.text.flatMap { MovedFrom($0) }
        let from = MovedFrom(partition: record.partition, offset: record.offset, after: earlier)
        try OrderKey(id).withUnsafeBytes {
            try producer.produce(
                to: topic, partition: home, key: $0, value: record.value, timestamp: record.timestamp,
                headers: headers.filter { $0.name != MovedFrom.name } + [RecordHeader(MovedFrom.name, "\(from)")],
                whenFull: .wait)
        }
    }
}

extension HomeLayout {
    /// Everything of the partition before `offset` was looked at.
    fileprivate mutating func note(_ offset: Int64, _ topic: FlowTopic, _ partition: Int32) {
        guard let count = move?.epoch.starts[topic.name]?.count else { return }
        move?.copied[topic.name, default: Array(repeating: 0, count: count)][Int(partition)] = offset
    }
}
