import Foundation
import Kafka
import OrderEvents
import StreamProcessing

extension Auditor {
    /// Reads one partition of everything, from downstream to upstream.
    ///
    /// - Parameter sumPoints: up to where each partition's documents are summed: the end that the first round found.
    func read(
        _ partition: Int32, _ progress: PartitionProgress, _ letterTopics: [Consumption: Int], _ sumPoints: inout [Int32: Int64],
        into audit: inout Audit
    ) async throws {
        let reader = try TopicReader(settings: settings, logger: logger)
        defer { reader.close() }
        var cuts = Audit.Cuts()
        for topic in FlowTopic.allCases { cuts[topic] = try await begin(TopicPartition(topic: topic.name, partition: partition)) }
        // Compaction moves the beginning and keeps what counts.
        cuts[.orderAnalytics] = 0
        var letterRanges: [(Consumption, Range<Int64>)] = []
        for (consumption, count) in letterTopics where partition < count {
            letterRanges.append((consumption, try await range(TopicPartition(topic: consumption.deadLetterTopic, partition: partition))))
        }
        let orders = try await range(TopicPartition(topic: Topics.orders.name, partition: partition))
        audit.begin(
            partition, progress: progress, cuts: cuts, cutLetters: Set(letterRanges.filter { $0.1.lowerBound > 0 }.map(\.0)),
            expectedOrders: orders.count / audit.round.count)
        for (consumption, range) in letterRanges {
            try reader.read(TopicPartition(topic: consumption.deadLetterTopic, partition: partition), range) { record in
                let letter = AuditLetter(
                    consumption, partition: record.partition, offset: record.offset, key: record.key, value: record.value, headers: record.headers)
                audit.take(letter, at: record.offset, of: consumption)
            }
        }
        let findsReplays = !audit.decisions.replayed.isEmpty
        for topic in [FlowTopic.orderAnalytics, .payments, .fraudAlerts, .orders] {
            let place = TopicPartition(topic: topic.name, partition: partition)
            let range = try await range(place)
            let sumPoint = topic == .orderAnalytics ? sumPoints[partition, default: range.upperBound] : .max
            if topic == .orderAnalytics { sumPoints[partition] = sumPoint }
            try reader.read(place, range) { record in
                if record.offset >= sumPoint, !audit.isSummed { audit.sumDocuments() }
                audit.take(Audit.LogRecord(record, findsReplays: findsReplays), of: topic)
            }
        }
        audit.endPartition()
    }

    /// The dead-letter topics of the platform that exist, with their numbers of partitions.
    func letterTopics() async throws -> [Consumption: Int] {
        var found: [Consumption: Int] = [:]
        for topic in try await admin.metadata().topics {
            if let consumption = Consumption(deadLetterTopic: topic.name) { found[consumption] = topic.partitions.count }
        }
        return found
    }

    func readDecisions() async throws -> AuditDecisions {
        var decisions = AuditDecisions()
        let reader = try TopicReader(settings: settings, logger: logger)
        defer { reader.close() }
        for (place, _) in try await ends(of: Topics.deadLetterDecisions).sorted(by: { $0.key < $1.key }) {
            try reader.read(place, try await range(place)) { record in
                // What is no decision decides nothing: whoever wrote it, the letters stay open.
                guard let value = record.value, let decision = try? JSONDecoder().decode(AuditDecision.self, from: Data(value)) else { return }
                decisions.add(decision)
            }
        }
        return decisions
    }

    /// Reads the homes of misplaced events once more: a copy may have come before the original was read elsewhere.
    func revisitHomes(_ audit: inout Audit) async throws {
        let reader = try TopicReader(settings: settings, logger: logger)
        defer { reader.close() }
        for home in audit.misplaced.homes {
            let place = TopicPartition(topic: Topics.orders.name, partition: home)
            try reader.read(place, try await range(place)) { record in
                if let value = record.value { audit.revisit(home: home, value) }
            }
        }
    }

    // MARK: offsets

    func ends(of topic: String) async throws -> [TopicPartition: Int64] {
        guard let partitions = try await admin.metadata()[topic: topic]?.partitions else { return [:] }
        return try await admin.endOffsets(partitions.map { TopicPartition(topic: topic, partition: $0.id) })
    }

    private func begin(_ partition: TopicPartition) async throws -> Int64 { try await admin.beginningOffsets([partition])[partition] ?? 0 }

    private func range(_ partition: TopicPartition) async throws -> Range<Int64> {
        let begin = try await begin(partition)
        return begin..<max(begin, try await admin.endOffsets([partition])[partition] ?? 0)
    }
}

extension Audit.LogRecord {
    /// - Parameter findsReplays: whether to look for the mark of a replay; reading headers costs.
    init(_ record: Record, findsReplays: Bool) {
        self.init(offset: record.offset, timestamp: record.timestamp, key: record.key, value: record.value, replayOf: nil)
        if findsReplays { replayOf = record.headers.first { $0.name == DeadLetterHeader.replayOf }?.text }
    }
}
