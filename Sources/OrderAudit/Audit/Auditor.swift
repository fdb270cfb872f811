import Kafka
import Logging
import OrderEvents
import OrderStore
import StreamProcessing

/// Carries an audit out: reads the topics and the store and has `Audit` judge them.
///
/// Works on a running platform and on a stopped one. How far each group has committed is read first, then the store,
/// then of each partition the topics from the last to the first. So what a group says it has done must be there, and
/// what is there must have its cause. Memory is bounded: the orders of one partition are held at a time, and where
/// those are too many, some of them in each of several rounds.
public actor Auditor {
    /// What an audit is asked for.
    public struct Options: Sendable {
        /// How long to wait for the services to come to what stands on the topics now; zero where they do not run.
        public var patience: Duration = .zero
        /// The most orders held at a time, about half a kilobyte each; where a partition has more, everything is read
        /// several times.
        public var ordersInMemory = 2_000_000
        /// A file of ids that must be on the orders topic, one on each line.
        public var acceptedFile: String?

        public init() {}
    }

    private nonisolated let thread = DedicatedThread(name: "audit")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let settings: KafkaSettings
    let store: any OrderStore
    let logger: Logger
    let admin: KafkaAdmin

    public init(kafka settings: KafkaSettings, store: any OrderStore, logger: Logger) throws {
        self.settings = settings
        self.store = store
        self.logger = logger
        admin = try KafkaAdmin(settings: settings, clientID: "audit-admin", logger: logger)
    }

    public func close() async { await admin.close() }

    public func run(_ options: Options) async throws -> AuditReport {
        var report = try await audit(options)
        if !report.isClean, options.patience > .zero {
            // While services run, compaction may take a record away between the look at a topic's end and its reading.
            // What is really wrong is wrong the second time, too.
            report = try await audit(options)
        }
        for index in report.findings.indices {
            guard let expected = report.findings[index].expected, let stored = try await store.order(expected.order.id)
            else { continue }
            let differences = stored.differences(from: expected)
            if !differences.isEmpty { report.findings[index].detail += ": \(differences.joined(separator: "; "))" }
        }
        return report
    }

    private func audit(_ options: Options) async throws -> AuditReport {
        let orders = try await ends(of: Topics.orders.name)
        guard !orders.isEmpty else {
            throw AuditError("there is no topic \(Topics.orders.name) yet: nothing to verify")
        }
        try await waitForServices(orders, options.patience)
        let layout = try await PlatformLayout(kafka: settings, admin: admin, logger: logger).require()
        let counts = try await topicCounts()
        let rounds = try await rounds(orders, options)
        var sumPoints: [Int32: Int64] = [:]
        var audit = Audit(layout: layout, round: ReadingRound(index: 0, count: rounds))
        for index in 0..<rounds {
            if index > 0 {
                audit = Audit(layout: layout, round: ReadingRound(index: index, count: rounds), continuing: audit)
            }
            let progress = try await admin.progress(Int(counts.largest), of: Topology.services.map(\.group))
            audit.store = try await Auditor.read(store, layout.homes, audit.round)
            if let path = options.acceptedFile { audit.accepted = try accepted(path, audit) }
            if index == 0 {
                audit.decisions = try await readDecisions()
                if layout.generation > 0 { try await readEarlierLetters(counts, into: &audit) }
                audit.lostLog = try await readLostLog()
                audit.checkReach(try await reaches(counts))
                try await noteDeletedLetters(counts, into: &audit)
            }
            // The partitions beyond the homes, too: what stands there must have been sent home or set aside.
            for partition in 0..<counts.largest {
                try await read(partition, progress[Int(partition)], counts, &sumPoints, into: &audit)
            }
            audit.finishAccepted()
            if index < rounds - 1 { audit.checkStoreLeftovers() }
        }
        try await revisitHomes(&audit)
        return audit.report()
    }

    /// Each round holds a share of the orders of a partition.
    private func rounds(_ orderEnds: [TopicPartition: Int64], _ options: Options) async throws -> Int {
        let begins = try await admin.beginningOffsets(Array(orderEnds.keys))
        let largest = orderEnds.map { $0.value - (begins[$0.key] ?? 0) }.max() ?? 0
        let limit = Int64(max(1, options.ordersInMemory))
        var rounds = max(1, Int((largest + limit - 1) / limit))
        // Of the store 24 bytes are held for each order of a round, of the file eight.
        rounds = max(rounds, Int(try await store.orderCount() / (limit * 10)))
        if let path = options.acceptedFile {
            rounds = max(rounds, Int(try AcceptedFile(path: path).size() / (limit * 100)))
        }
        return min(rounds, 10_000)
    }

    private func accepted(_ path: String, _ audit: Audit) throws -> AcceptedOrders {
        var accepted = AcceptedOrders()
        try AcceptedFile(path: path).forEach { id in
            if audit.round.has(id) { accepted.add(id, home: audit.home(of: id)) }
        }
        return accepted
    }
}
