import Kafka
import Logging
import OrderEvents

/// The layout of the platform on a Kafka: the one that is remembered, or found out from the records that the services
/// have written.
///
/// An actor on a thread of its own, because the client library blocks.
public actor PlatformLayout {
    private nonisolated let thread = DedicatedThread(name: "layout")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let settings: KafkaSettings
    private let admin: KafkaAdmin
    private let logger: Logger
    private let now: @Sendable () -> Int64

    /// Records of each partition that are looked at where all topics have the same count, which is nearly always the
    /// right one.
    private static let sample: Int64 = 2_000

    public init(
        kafka settings: KafkaSettings, admin: KafkaAdmin, logger: Logger,
        now: @escaping @Sendable () -> Int64 = wallClockMilliseconds
    ) {
        self.settings = settings
        self.admin = admin
        self.logger = logger
        self.now = now
    }

    /// What is remembered; else what follows from the records. Nil: there is no platform yet.
    ///
    /// - Throws: ``LayoutError`` where the records contradict each other.
    public func find() async throws -> HomeLayout? {
        let metadata = try await admin.metadata()
        if metadata[topic: Topics.platformLayout] != nil, let known = try LayoutLog(settings, logger: logger).read() {
            return known
        }
        let counts = FlowTopic.allCases.compactMap { topic in
            metadata[topic: topic.name].map { Int32($0.partitions.count) }
        }.filter { $0 > 0 }
        if counts.isEmpty { return nil }
        return HomeLayout(homes: try await derive(counts, metadata), since: Timestamp(millisecondsSinceEpoch: now()))
    }

    /// As `find`, and an error where there is no platform.
    public func require() async throws -> HomeLayout {
        guard let layout = try await find() else {
            throw LayoutError("there is no topic \(Topics.orders.name) yet: nothing to work on")
        }
        return layout
    }

    /// Remembers the layout, unless one is remembered. The topic must exist.
    public func establish(_ layout: HomeLayout) async throws -> HomeLayout {
        try await forgetReplaced(in: try LayoutLog(settings, logger: logger).establish(layout))
    }

    /// A topic that was deleted and made again after a move ends before the offsets that the move wrote down.
    private func forgetReplaced(in layout: HomeLayout) async throws -> HomeLayout {
        guard let epoch = layout.epochs.last, layout.generation > 0, layout.move == nil else { return layout }
        let metadata = try await admin.metadata()
        var current = layout
        for topic in FlowTopic.allCases {
            let partitions = (metadata[topic: topic.name]?.partitions ?? []).map {
                TopicPartition(topic: topic.name, partition: $0.id)
            }
            let ends = try await admin.endOffsets(partitions)
            guard partitions.contains(where: { ends[$0] ?? 0 < epoch.end(topic.name, $0.partition) }) else { continue }
            logger.warning(
                "a topic was deleted and made again: what a move had written down of it is forgotten",
                metadata: ["topic": "\(topic.name)"])
            current.forget(topic.name)
        }
        if current == layout { return layout }
        let writer = try LayoutWriter(settings, logger: logger)
        defer { writer.close() }
        try writer.write(current)
        return current
    }

    /// Analytics writes documents into their homes, and nobody else writes them; before it ran, payments' and fraud's
    /// records say the same.
    private func derive(_ counts: [Int32], _ metadata: ClusterMetadata) async throws -> Int32 {
        for topics in [[FlowTopic.orderAnalytics], [.payments, .fraudAlerts]] {
            let partitions = topics.flatMap { topic in
                (metadata[topic: topic.name]?.partitions ?? []).map {
                    TopicPartition(topic: topic.name, partition: $0.id)
                }
            }
            let ranges = try await ranges(partitions)
            var evidence = try evidence(
                counts, ranges.mapValues { $0.lowerBound..<min($0.upperBound, $0.lowerBound + PlatformLayout.sample) })
            let isPlain = evidence.verdict == .count(counts.min() ?? 1) && Set(counts).count == 1
            if !isPlain { evidence = try self.evidence(counts, ranges) }
            if evidence.records == 0 { continue }
            switch evidence.verdict {
            case .count(let count):
                if !isPlain {
                    logger.notice(
                        "found out with how many partitions homes are computed",
                        metadata: ["homes": "\(count)", "records": "\(evidence.records)"])
                }
                return count
            case .contradictory(let likeliest, let records):
                let list = likeliest.map { "\($0.count) partitions explain all but \($0.misfits)" }.joined(
                    separator: ", ")
                throw LayoutError(
                    "the topics hold state that was made with several counts of partitions: of \(records) records \(list). Say which count is right with `orders topics remember --homes N`; state with other homes is then ignored"
                )
            }
        }
        // No state yet: nothing can lie in a wrong place.
        return counts.min() ?? 1
    }

    private func evidence(_ counts: [Int32], _ ranges: [TopicPartition: Range<Int64>]) throws -> HomeEvidence {
        var evidence = HomeEvidence(counts: counts)
        let reader = try RangeReader(settings: settings, clientID: "orders-layout", logger: logger)
        defer { reader.close() }
        try reader.records(ranges) { _, record in
            if let key = record.key, OrderID(key: key) != nil { evidence.add(key: key, partition: record.partition) }
            return true
        }
        return evidence
    }

    private func ranges(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        let begins = try await admin.beginningOffsets(partitions)
        let ends = try await admin.endOffsets(partitions)
        return Dictionary(
            uniqueKeysWithValues: partitions.map { ($0, (begins[$0] ?? 0)..<max(begins[$0] ?? 0, ends[$0] ?? 0)) })
    }
}
