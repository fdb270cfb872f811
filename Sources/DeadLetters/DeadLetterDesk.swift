import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// Looks at dead letters and carries out what people decide about them.
///
/// Nothing about a dead letter is ever changed or deleted: a decision is a record of `dead-letter-decisions`. A
/// replay's record goes back on its topic in the same transaction as its decision, so after a crash both are there or
/// neither. All desks share a transactional id: the one that began last fences off the others before it reads what was
/// decided, so no dead letter is replayed twice.
///
/// Dead letters are streamed, never held: what is kept in memory is the decisions, about 40 bytes each, and one batch.
public actor DeadLetterDesk {
    private nonisolated let thread = DedicatedThread(name: "dlq-desk")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    static let transactionalID = "orders-dead-letter-desk"

    let settings: KafkaSettings
    let logger: Logger
    let admin: KafkaAdmin
    let by: String
    let now: @Sendable () -> Int64
    /// See `DeskTransactions.beforeCommit`.
    var beforeCommit: (@Sendable () throws -> Void)?

    /// - Parameters:
    ///   - by: who decides, for the decisions' records.
    ///   - now: the wall clock, milliseconds since 1970.
    /// - Throws: `KafkaError` for a wrong setting. The broker is not contacted yet.
    public init(kafka settings: KafkaSettings, by: String, logger: Logger, now: @escaping @Sendable () -> Int64) throws
    {
        self.settings = settings
        self.by = by
        self.logger = logger
        self.now = now
        admin = try KafkaAdmin(settings: settings, clientID: "orders-dlq-admin", logger: logger)
    }

    public func close() async { await admin.close() }

    func setBeforeCommit(_ hook: @escaping @Sendable () throws -> Void) { beforeCommit = hook }

    /// Hands every dead letter that matches to `body`, each partition's in order, with what was decided about it.
    /// `body` runs on the desk's own thread and may block; it says whether to go on.
    public func scan(
        _ filter: DeadLetterFilter, _ body: @Sendable (DeadLetter, DeadLetterLedger.Standing) throws -> Bool
    ) async throws {
        let ledger = try await readDecisions()
        let ranges = try await ranges(matching: filter)
        try read(ranges) { letter in
            let standing = ledger.standing(of: letter)
            guard filter.matches(letter, standing.state) else { return true }
            return try body(letter, standing)
        }
    }

    /// These dead letters with what was decided about them; those that do not exist (any more) are left out.
    public func find(_ ids: Set<DeadLetterID>) async throws -> [DeadLetterID: (DeadLetter, DeadLetterLedger.Standing)] {
        let ledger = try await readDecisions()
        var found: [DeadLetterID: (DeadLetter, DeadLetterLedger.Standing)] = [:]
        for letter in try await letters(ids).values { found[letter.id] = (letter, ledger.standing(of: letter)) }
        return found
    }

    // MARK: reading

    /// Everything decided up to now. Waits for transactions that are being finished.
    func readDecisions() async throws -> DeadLetterLedger {
        guard let topic = try await admin.metadata()[topic: Topics.deadLetterDecisions] else {
            return DeadLetterLedger()
        }
        let partitions = topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
        let begins = try await admin.beginningOffsets(partitions)
        let ends = try await admin.endOffsets(partitions)
        return try decisions(in: Dictionary(uniqueKeysWithValues: partitions.map { ($0, range(begins[$0], ends[$0])) }))
    }

    private func decisions(in ranges: [TopicPartition: Range<Int64>]) throws -> DeadLetterLedger {
        var ledger = DeadLetterLedger()
        try records(in: ranges) { _, record in
            if let value = record.value, let decision = DeadLetterDecision(json: value) { ledger.add(decision) }
            return true
        }
        return ledger
    }

    private func records(in ranges: [TopicPartition: Range<Int64>], _ body: (String, Record) throws -> Bool) throws {
        let reader = try RangeReader(settings: settings, clientID: "orders-dlq", logger: logger)
        defer { reader.close() }
        try reader.records(ranges, body)
    }

    /// What the dead-letter topics hold now, of those in which a dead letter can match.
    func ranges(matching filter: DeadLetterFilter) async throws -> [TopicPartition: Range<Int64>] {
        let topics = try await admin.metadata().topics.filter {
            DeadLetterTopic(name: $0.name).map(filter.covers) ?? false
        }
        let partitions = topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
        }
        let begins = try await admin.beginningOffsets(partitions)
        let ends = try await admin.endOffsets(partitions)
        return Dictionary(uniqueKeysWithValues: partitions.map { ($0, range(begins[$0], ends[$0])) })
    }

    private nonisolated func range(_ begin: Int64?, _ end: Int64?) -> Range<Int64> {
        let begin = begin ?? 0
        return begin..<max(begin, end ?? 0)
    }

    /// Streams dead letters. Blocks.
    func read(_ ranges: [TopicPartition: Range<Int64>], _ body: (DeadLetter) throws -> Bool) throws {
        try records(in: ranges) { name, record in
            guard let topic = DeadLetterTopic(name: name) else { return true }
            return try body(DeadLetter(record, of: topic))
        }
    }

    /// These dead letters, as far as they exist: each partition is read from the first to the last that is wanted.
    func letters(_ ids: Set<DeadLetterID>) async throws -> [DeadLetterID: DeadLetter] {
        var wanted: [TopicPartition: ClosedRange<Int64>] = [:]
        for id in ids {
            let place = TopicPartition(topic: id.deadLetterTopic, partition: id.partition)
            let known = wanted[place] ?? id.offset...id.offset
            wanted[place] = min(known.lowerBound, id.offset)...max(known.upperBound, id.offset)
        }
        let all = try await ranges(matching: DeadLetterFilter())
        var ranges: [TopicPartition: Range<Int64>] = [:]
        for (place, range) in wanted {
            // The topic or the partition may not exist: then the dead letter does not.
            if let there = all[place] { ranges[place] = Range(range).clamped(to: there) }
        }
        var found: [DeadLetterID: DeadLetter] = [:]
        try read(ranges) { letter in
            if ids.contains(letter.id) { found[letter.id] = letter }
            return true
        }
        return found
    }
}
