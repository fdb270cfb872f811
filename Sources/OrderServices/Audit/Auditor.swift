import Kafka
import Logging
import OrderEvents
import OrderStore

/// Carries an audit out: reads the topics and the store and has `Audit` judge them.
///
/// Works on a running platform and on a stopped one. How far each group has committed is read first, then the store, then
/// the topics from the last to the first: what a group says it has done must be there, and what is there must have its cause.
public actor Auditor {
    private nonisolated let thread = DedicatedThread(name: "audit")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let settings: KafkaSettings
    private let store: any OrderStore
    private let logger: Logger
    private let admin: KafkaAdmin

    public init(kafka settings: KafkaSettings, store: any OrderStore, logger: Logger) throws {
        self.settings = settings
        self.store = store
        self.logger = logger
        admin = try KafkaAdmin(settings: settings, clientID: "audit-admin", logger: logger)
    }

    /// - Parameter patience: how long to wait for the services to come to what stands on the topics now; zero where they do not run.
    public func run(patience: Duration) async throws -> AuditReport {
        let orders = try await ends(of: Topics.orders.name)
        guard !orders.isEmpty else { throw AuditError("there is no topic \(Topics.orders.name) yet: nothing to verify") }
        let deadline = ContinuousClock.now + patience
        for group in [ConsumerGroups.payments, ConsumerGroups.fraud, ConsumerGroups.analytics] {
            _ = try await wait(for: group, toReach: orders, until: deadline)
        }
        _ = try await wait(for: ConsumerGroups.analytics, toReach: ends(of: Topics.payments.name), until: deadline)
        _ = try await wait(for: ConsumerGroups.analytics, toReach: ends(of: Topics.fraudAlerts.name), until: deadline)

        _ = try await wait(for: ConsumerGroups.sink, toReach: ends(of: Topics.orderAnalytics.name), until: deadline)

        var audit = Audit()
        let begins = try await admin.beginningOffsets(Array(orders.keys))
        audit.isLogComplete = begins.values.allSatisfy { $0 == 0 }
        let progress = try await Progress(
            judged: committed(ConsumerGroups.fraud), charged: committed(ConsumerGroups.payments),
            joined: committed(ConsumerGroups.analytics), stored: committed(ConsumerGroups.sink))
        audit = try await Auditor.read(store, into: audit)
        try readAnalytics(try await ends(of: Topics.orderAnalytics.name), progress, into: &audit)
        try await readOutcomes(progress, into: &audit)
        try readOrders(try await ends(of: Topics.orders.name), progress, into: &audit)
        try await readDeadLetters(into: &audit)
        return audit.report()
    }

    public func close() async { await admin.close() }

    // MARK: topics

    /// What each group had committed when the audit began to read.
    private struct Progress {
        var judged: [TopicPartition: Int64]
        var charged: [TopicPartition: Int64]
        var joined: [TopicPartition: Int64]
        var stored: [TopicPartition: Int64]

        static func covers(_ offsets: [TopicPartition: Int64], _ topic: String, _ record: Record) -> Bool {
            record.offset < offsets[TopicPartition(topic: topic, partition: record.partition)] ?? 0
        }
    }

    private func readOrders(_ ends: [TopicPartition: Int64], _ progress: Progress, into audit: inout Audit) throws {
        let topic = Topics.orders.name
        let partitions = Int32(ends.count)
        try TopicReader(settings: settings, logger: logger).read(ends) { record in
            guard let order = Auditor.decode(record, Order.init(json:)) else {
                // The services set it aside; the dead letters are counted.
                audit.addUnreadable()
                return
            }
            // Elsewhere than at home a record does not count: payments sends it home.
            guard OrderKey(order.id).partition(of: partitions) == record.partition else { return }
            audit.add(
                order, judged: Progress.covers(progress.judged, topic, record), charged: Progress.covers(progress.charged, topic, record),
                joined: Progress.covers(progress.joined, topic, record))
        }
    }

    private func readOutcomes(_ progress: Progress, into audit: inout Audit) async throws {
        let reader = TopicReader(settings: settings, logger: logger)
        try reader.read(try await ends(of: Topics.payments.name)) { record in
            guard let payment = Auditor.decode(record, Payment.init(json:)) else { return audit.addUnreadable() }
            audit.add(payment, joined: Progress.covers(progress.joined, Topics.payments.name, record))
        }
        try reader.read(try await ends(of: Topics.fraudAlerts.name)) { record in
            guard let alert = Auditor.decode(record, FraudAlert.init(json:)) else { return audit.addUnreadable() }
            audit.add(alert, joined: Progress.covers(progress.joined, Topics.fraudAlerts.name, record))
        }
    }

    /// nil: the record is not readable; why stands with its dead letter.
    private static func decode<Value>(_ record: Record, _ decode: (UnsafeRawBufferPointer) throws(EventError) -> Value) -> Value? {
        guard let value = record.value else { return nil }
        do { return try decode(value) } catch { return nil }
    }

    private func readAnalytics(
        _ ends: [TopicPartition: Int64], _ progress: Progress, into audit: inout Audit
    ) throws {
        try TopicReader(settings: settings, logger: logger).read(ends) { record in
            guard let value = record.value else { return }
            do {
                audit.add(
                    try AnalyticsEvent(json: value), partition: record.partition,
                    isStored: Progress.covers(progress.stored, Topics.orderAnalytics.name, record))
            } catch {
                audit.find(.topic, "record \(Topics.orderAnalytics.name)[\(record.partition)]@\(record.offset)", "cannot be read: \(error)")
            }
        }
    }

    private func readDeadLetters(into audit: inout Audit) async throws {
        let names = try await admin.metadata().topics.map(\.name).filter { $0.hasSuffix(".dlq") }
        for name in names {
            var count = 0
            try TopicReader(settings: settings, logger: logger).read(try await ends(of: name)) { _ in count += 1 }
            audit.addDeadLetters(count)
        }
    }

    private nonisolated static func read(_ store: any OrderStore, into audit: Audit) async throws -> Audit {
        let box = Box(audit)
        try await store.scan { box.audit.addStored($0) }
        for aggregate in try await store.totals() { box.audit.addStored(aggregate) }
        var from = Timestamp.epoch
        while true {
            let windows = try await store.aggregates(from: from, to: .latest)
            for window in windows { box.audit.addStored(window) }
            guard windows.count >= StoreLimits.maximumWindows, case .minute(let last)? = windows.last?.window else { break }
            // A page may end inside a minute: its windows come again, which changes nothing.
            from = last
        }
        return box.audit
    }

    private final class Box {
        var audit: Audit
        init(_ audit: Audit) { self.audit = audit }
    }

    // MARK: offsets

    private func ends(of topic: String) async throws -> [TopicPartition: Int64] {
        let metadata = try await admin.metadata()
        guard let partitions = metadata[topic: topic]?.partitions else { return [:] }
        return try await admin.endOffsets(partitions.map { TopicPartition(topic: topic, partition: $0.id) })
    }

    private func committed(_ group: String) async throws -> [TopicPartition: Int64] {
        try await admin.committedOffsets(ofGroup: group)
    }

    /// Whether the group has committed up to `ends`, waiting for it until the deadline.
    private func wait(
        for group: String, toReach ends: [TopicPartition: Int64], until deadline: ContinuousClock.Instant
    ) async throws -> Bool {
        while true {
            let committed = try await committed(group)
            let behind = ends.contains { $0.value > committed[$0.key] ?? 0 }
            if !behind { return true }
            if ContinuousClock.now >= deadline { return false }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
