import Foundation
import Kafka
import OrderEvents
import StreamProcessing

extension Auditor {
    /// Reads one partition of everything, from downstream to upstream.
    ///
    /// - Parameter sumPoints: up to where each partition's documents are summed: the end that the first round found.
    func read(
        _ partition: Int32, _ progress: PartitionProgress, _ counts: TopicCounts, _ sumPoints: inout [Int32: Int64],
        into audit: inout Audit
    ) async throws {
        let reader = try RangeReader(settings: settings, clientID: "audit", logger: logger)
        defer { reader.close() }
        var cuts = Audit.Cuts()
        let topics = [FlowTopic.orderAnalytics, .payments, .fraudAlerts, .orders].filter { partition < counts[$0] }
        for topic in topics { cuts[topic] = try await begin(TopicPartition(topic: topic.name, partition: partition)) }
        // Compaction moves the beginning and keeps what counts.
        cuts[.orderAnalytics] = 0
        var letterRanges: [(Consumption, TopicPartition, Range<Int64>)] = []
        for (consumption, count) in counts.letters {
            for place in audit.letterPartitions(of: partition).sorted() where place < count {
                let place = TopicPartition(topic: consumption.deadLetterTopic, partition: place)
                letterRanges.append((consumption, place, try await range(place)))
            }
        }
        let orders =
            topics.contains(.orders)
            ? try await range(TopicPartition(topic: Topics.orders.name, partition: partition)) : 0..<0
        audit.begin(
            partition, progress: progress, cuts: cuts,
            cutLetters: Set(letterRanges.filter { $0.2.lowerBound > 0 }.map(\.0)),
            expectedOrders: orders.count / audit.round.count)
        for (consumption, place, range) in letterRanges {
            try reader.records(of: place, range) { record in
                let letter = AuditLetter(
                    consumption, partition: record.partition, offset: record.offset, key: record.key,
                    value: record.value, headers: record.headers)
                audit.take(letter, in: record.partition, at: record.offset, of: consumption)
            }
        }
        let findsReplays = !audit.decisions.replayed.isEmpty
        for topic in topics {
            let place = TopicPartition(topic: topic.name, partition: partition)
            let range = try await range(place)
            let sumPoint = topic == .orderAnalytics ? sumPoints[partition, default: range.upperBound] : .max
            if topic == .orderAnalytics { sumPoints[partition] = sumPoint }
            try reader.records(of: place, range) { record in
                if record.offset >= sumPoint, !audit.isSummed { audit.sumDocuments() }
                let mayBeCopy = audit.layout.mayBeCopy(topic.name, record.partition, record.offset)
                audit.take(Audit.LogRecord(record, findsReplays: findsReplays, mayBeCopy: mayBeCopy), of: topic)
            }
        }
        audit.endPartition()
    }

    /// How many partitions the platform's topics have; they may differ.
    struct TopicCounts {
        var flow: [FlowTopic: Int32] = [:]
        /// Of the dead-letter topics that exist.
        var letters: [Consumption: Int32] = [:]

        subscript(_ topic: FlowTopic) -> Int32 { flow[topic] ?? 0 }
        var largest: Int32 { max(flow.values.max() ?? 0, letters.values.max() ?? 0) }
    }

    func topicCounts() async throws -> TopicCounts {
        var counts = TopicCounts()
        for topic in try await admin.metadata().topics {
            if let consumption = Consumption(deadLetterTopic: topic.name) {
                counts.letters[consumption] = Int32(topic.partitions.count)
            }
            if let flow = FlowTopic.allCases.first(where: { $0.name == topic.name }) {
                counts.flow[flow] = Int32(topic.partitions.count)
            }
        }
        return counts
    }

    /// Dead letters about what was moved since, of all dead-letter topics.
    func readEarlierLetters(_ counts: TopicCounts, into audit: inout Audit) async throws {
        let reader = try RangeReader(settings: settings, clientID: "audit", logger: logger)
        defer { reader.close() }
        for (consumption, count) in counts.letters {
            for partition in 0..<count {
                let place = TopicPartition(topic: consumption.deadLetterTopic, partition: partition)
                try reader.records(of: place, try await range(place)) { record in
                    let letter = AuditLetter(
                        consumption, partition: record.partition, offset: record.offset, key: record.key,
                        value: record.value, headers: record.headers)
                    if let letter { audit.noteEarlier(letter) }
                }
            }
        }
    }

    func readDecisions() async throws -> AuditDecisions {
        var decisions = AuditDecisions()
        let reader = try RangeReader(settings: settings, clientID: "audit", logger: logger)
        defer { reader.close() }
        for (place, _) in try await ends(of: Topics.deadLetterDecisions).sorted(by: { $0.key < $1.key }) {
            try reader.records(of: place, try await range(place)) { record in
                // What is no decision decides nothing: whoever wrote it, the dead letters stay open.
                guard let value = record.value,
                    let decision = try? JSONDecoder().decode(AuditDecision.self, from: Data(value))
                else { return }
                decisions.add(decision)
            }
        }
        return decisions
    }

    /// Reads the homes of misplaced events once more: a copy may have come before the original was read elsewhere.
    func revisitHomes(_ audit: inout Audit) async throws {
        let reader = try RangeReader(settings: settings, clientID: "audit", logger: logger)
        defer { reader.close() }
        for home in audit.misplaced.homes {
            let place = TopicPartition(topic: Topics.orders.name, partition: home)
            try reader.records(of: place, try await range(place)) { record in
                if let value = record.value { audit.revisit(home: home, value) }
            }
        }
    }

    // MARK: offsets

    func ends(of topic: String) async throws -> [TopicPartition: Int64] {
        guard let partitions = try await admin.metadata()[topic: topic]?.partitions else { return [:] }
        return try await admin.endOffsets(partitions.map { TopicPartition(topic: topic, partition: $0.id) })
    }

    private func begin(_ partition: TopicPartition) async throws -> Int64 {
        try await admin.beginningOffsets([partition])[partition] ?? 0
    }

    func range(_ partition: TopicPartition) async throws -> Range<Int64> {
        let begin = try await begin(partition)
        return begin..<max(begin, try await admin.endOffsets([partition])[partition] ?? 0)
    }
}

extension Audit.LogRecord {
    /// - Parameters:
    ///   - findsReplays: whether to look for the mark of a replay.
    ///   - mayBeCopy: whether to look for the mark of a move.
    init(_ record: Record, findsReplays: Bool, mayBeCopy: Bool = false) {
        self.init(
            offset: record.offset, timestamp: record.timestamp, key: record.key, value: record.value, replayOf: nil)
        let headers = record.headers
        if headers.isEmpty { return }
        isTimeAssigned = headers.contains { $0.name == OrderHeader.assignedTime }
        if findsReplays { replayOf = headers.first { $0.name == DeadLetterHeader.replayOf }?.text }
        if mayBeCopy { movedFrom = headers.last { $0.name == MovedFrom.name }?.text.flatMap { MovedFrom($0) } }
    }
}
