import Kafka
import OrderEvents
import StreamProcessing

extension DeadLetterDesk {
    /// Called for every dead letter when its outcome is certain: after the commit, or at once where there is nothing to
    /// commit.
    public typealias Report = @Sendable (DeadLetterOutcome) throws -> Void

    /// Replays all open dead letters that match.
    ///
    /// - Parameter isDryRun: says what would be done, and does nothing.
    /// - Throws: ``DeadLetterError``, `KafkaError`, what `report` throws. What was reported before is done.
    public func replay(
        matching filter: DeadLetterFilter, _ options: ReplayOptions, isDryRun: Bool, report: @escaping Report
    ) async throws -> DeadLetterSummary {
        let work = try await begin(options, isDryRun: isDryRun, report)
        defer { work.close() }
        let ranges = try await ranges(matching: filter)
        try read(ranges) { letter in
            // By what was decided before this run: what this run decides is reported, too.
            if filter.matches(letter, work.ledger.standing(of: letter).state) {
                try work.replay(letter, .original)
            } else if work.coversOrigin(of: letter), filter.matches(letter, filter.state ?? .open) {
                try work.replay(letter, .original)
            }
            return true
        }
        return try work.finish()
    }

    /// Replays the dead letters that `next` names, a chunk at a time until it gives none, in `next`'s own sizes.
    public func replay(
        _ next: @Sendable () throws -> [(DeadLetterID, ReplacedValue)]?, _ options: ReplayOptions, isDryRun: Bool,
        report: @escaping Report
    ) async throws -> DeadLetterSummary {
        let work = try await begin(options, isDryRun: isDryRun, report)
        defer { work.close() }
        while let chunk = try next() {
            let found = try await letters(Set(chunk.map(\.0)))
            for (id, mended) in chunk {
                if let letter = found[id] { try work.replay(letter, mended) } else { try work.missing(id) }
            }
        }
        return try work.finish()
    }

    /// Discards all open dead letters that match.
    public func discard(matching filter: DeadLetterFilter, isDryRun: Bool, report: @escaping Report) async throws
        -> DeadLetterSummary
    {
        let work = try await begin(ReplayOptions(), isDryRun: isDryRun, report)
        defer { work.close() }
        let ranges = try await ranges(matching: filter)
        try read(ranges) { letter in
            if filter.matches(letter, work.ledger.standing(of: letter).state) { try work.discard(letter) }
            return true
        }
        return try work.finish()
    }

    /// Discards these dead letters.
    public func discard(_ ids: [DeadLetterID], isDryRun: Bool, report: @escaping Report) async throws
        -> DeadLetterSummary
    {
        let work = try await begin(ReplayOptions(), isDryRun: isDryRun, report)
        defer { work.close() }
        let found = try await letters(Set(ids))
        for id in ids {
            if let letter = found[id] { try work.discard(letter) } else { try work.missing(id) }
        }
        return try work.finish()
    }

    /// First the other desks are fenced off, then what they decided is read: so nothing is decided on old knowledge.
    private func begin(_ options: ReplayOptions, isDryRun: Bool, _ report: @escaping Report) async throws -> DeskWork {
        var transactions: DeskTransactions?
        if !isDryRun {
            try await admin.createTopics(
                NewTopic.topics(
                    Topics.auxiliarySpecs.filter { $0.name == Topics.deadLetterDecisions }, settings,
                    on: try await admin.metadata()))
            transactions = try DeskTransactions(settings: settings, logger: logger)
            transactions?.beforeCommit = beforeCommit
        }
        do {
            let ledger = try await readDecisions()
            var partitions: [String: Int32] = [:]
            for topic in try await admin.metadata().topics where topic.error == nil {
                partitions[topic.name] = Int32(topic.partitions.count)
            }
            if let layout = try await PlatformLayout(kafka: settings, admin: admin, logger: logger).find() {
                if let move = layout.move { throw LayoutError.moving(move) }
                for topic in FlowTopic.allCases { partitions[topic.name] = layout.homes }
            }
            return DeskWork(
                planner: ReplayPlanner(options: options, partitions: partitions, ledger: ledger, by: by),
                transactions: transactions, now: now,
                report: report)
        } catch {
            transactions?.close()
            throw error
        }
    }
}
