import Kafka
import Logging
import OrderEvents
import OrderStore

/// Carries an audit out: reads the topics and the store and has `Audit` judge them.
///
/// Works on a running platform and on a stopped one. How far each group has committed is read first, then what the
/// topics hold: whatever a group says it has done must be there, and what it has not come to is pending.
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

        var audit = Audit()
        let begins = try await admin.beginningOffsets(Array(orders.keys))
        audit.isLogComplete = begins.values.allSatisfy { $0 == 0 }
        try await readEvents(into: &audit)
        let analytics = try await ends(of: Topics.orderAnalytics.name)
        _ = try await wait(for: ConsumerGroups.sink, toReach: analytics, until: max(deadline, .now + patience))
        try readAnalytics(analytics, stored: try await committed(ConsumerGroups.sink), into: &audit)
        try await readDeadLetters(into: &audit)
        audit = try await Auditor.read(store, into: audit)
        return audit.report()
    }

    public func close() async { await admin.close() }

    // MARK: topics

    private func readEvents(into audit: inout Audit) async throws {
        // Committed first, then the ends: what a group has committed is on its output topics by then.
        let judged = try await committed(ConsumerGroups.fraud)
        let charged = try await committed(ConsumerGroups.payments)
        let joined = try await committed(ConsumerGroups.analytics)
        let orders = try await ends(of: Topics.orders.name)
        let payments = try await ends(of: Topics.payments.name)
        let alerts = try await ends(of: Topics.fraudAlerts.name)
        let reader = TopicReader(settings: settings, logger: logger)
        let partitions = Int32(orders.count)
        try reader.read(orders) { record in
            guard let value = record.value, let order = try? Order(json: value) else {
                // The services set it aside; the dead letters are counted.
                audit.addUnreadable()
                return
            }
            // Elsewhere than at home a record does not count: payments sends it home.
            guard OrderKey(order.id).partition(of: partitions) == record.partition else { return }
            let place = TopicPartition(topic: Topics.orders.name, partition: record.partition)
            audit.add(
                order, judged: record.offset < judged[place] ?? 0, charged: record.offset < charged[place] ?? 0,
                joined: record.offset < joined[place] ?? 0)
        }
        try reader.read(payments) { record in
            guard let value = record.value, let payment = try? Payment(json: value) else { return audit.addUnreadable() }
            let place = TopicPartition(topic: Topics.payments.name, partition: record.partition)
            audit.add(payment, joined: record.offset < joined[place] ?? 0)
        }
        try reader.read(alerts) { record in
            guard let value = record.value, let alert = try? FraudAlert(json: value) else { return audit.addUnreadable() }
            let place = TopicPartition(topic: Topics.fraudAlerts.name, partition: record.partition)
            audit.add(alert, joined: record.offset < joined[place] ?? 0)
        }
    }

    private func readAnalytics(
        _ ends: [TopicPartition: Int64], stored: [TopicPartition: Int64], into audit: inout Audit
    ) throws {
        try TopicReader(settings: settings, logger: logger).read(ends) { record in
            guard let value = record.value else { return }
            do {
                let place = TopicPartition(topic: Topics.orderAnalytics.name, partition: record.partition)
                audit.add(
                    try AnalyticsEvent(json: value), partition: record.partition, isStored: record.offset < stored[place] ?? 0)
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
