import Kafka
import OrderEvents
import StreamProcessing
import Webhooks

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import OrderAudit

/// Whether everything is as it must be, once all is drained: by the audit's own code, and by sums of a plain model.
extension PlatformLife {
    func judge() {
        do {
            let audit = try audited()
            for finding in audit.findings.prefix(3) { fail("the audit finds \(finding)") }
            if audit.counts.pending > 0 { fail("\(audit.counts.pending) orders are pending though all is drained") }
            coverage[.orders] += audit.counts.orders
            coverage[.payments] += audit.counts.payments
            coverage[.alerts] += audit.counts.fraudAlerts
            coverage[.deadLetters] += audit.counts.deadLetters
            try checkModel()
            try checkOutside()
            try checkCuts()
            checkDeliveries()
        } catch {
            fail("the log cannot be read: \(error)")
        }
    }

    private func audited() throws -> AuditReport {
        var audit = Audit(layout: HomeLayout(homes: plan.partitions, since: .epoch))
        for id in outside.store.rows.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            audit.store.add(outside.store.rows[id]!, home: audit.home(of: id))
        }
        for aggregate in outside.store.aggregates.values { audit.store.add(aggregate) }
        var accepted = AcceptedOrders()
        for id in Set(upstream.accepted) { accepted.add(id, home: audit.home(of: id)) }
        audit.accepted = accepted
        var progress = Array(repeating: PartitionProgress(), count: Int(plan.partitions))
        for consumption in Consumption.allCases {
            let committed = committed(consumption.group)
            for partition in 0..<plan.partitions {
                let place = Place(topic: consumption.topic.name, partition: partition)
                progress[Int(partition)][consumption] = committed[place] ?? 0
            }
        }
        for partition in 0..<plan.partitions { try read(partition, progress[Int(partition)], into: &audit) }
        audit.finishAccepted()
        for home in audit.misplaced.homes.sorted() {
            for record in try records(Topics.orders.name, home) {
                record.value?.withUnsafeBytes { audit.revisit(home: home, $0) }
            }
        }
        return audit.report()
    }

    private func read(_ partition: Int32, _ progress: PartitionProgress, into audit: inout Audit) throws {
        audit.begin(partition, progress: progress)
        for consumption in Consumption.allCases {
            for record in try records(consumption.deadLetterTopic, partition) {
                let letter = record.withBytes { key, value in
                    AuditLetter(
                        consumption, partition: partition, offset: record.offset, key: key, value: value,
                        headers: record.headers.map { RecordHeader($0.name, $0.value) })
                }
                audit.take(letter, in: partition, at: record.offset, of: consumption)
            }
        }
        for topic in [FlowTopic.orderAnalytics, .payments, .fraudAlerts, .orders] {
            for record in try records(topic.name, partition) {
                record.withBytes { key, value in
                    audit.take(
                        Audit.LogRecord(offset: record.offset, timestamp: record.timestamp, key: key, value: value),
                        of: topic)
                }
            }
        }
        audit.endPartition()
    }

    /// All committed records of a partition.
    func records(_ topic: String, _ partition: Int32) throws -> [WireRecord] {
        var records: [WireRecord] = []
        var next: Int64 = broker.core.partition(topic, partition)?.startOffset ?? 0
        while next < broker.core.partition(topic, partition)?.highWatermark ?? 0 {
            var request = FetchRequest()
            request.isolationLevel = 1
            request.sessionEpoch = -1
            request.topics = [
                .init(
                    topic: topic,
                    partitions: [.init(partition: partition, fetchOffset: next, partitionMaxBytes: 1 << 22)])
            ]
            guard let answer: FetchResponse = broker.ask(request), let part = answer.topics.first?.partitions.first,
                part.errorCode == .none
            else { throw NotBegun(text: "\(topic) [\(partition)] at \(next) is not answered") }
            let read = try WireBatches.read(part.records, from: next, aborted: part.abortedTransactions ?? [])
            guard read.next > next else { throw NotBegun(text: "\(topic) [\(partition)] ends at \(next)") }
            records += read.records
            next = read.next
        }
        return records
    }

    // MARK: a plain model

    private struct Sum: Equatable, CustomStringConvertible {
        var orders = 0
        var minorUnits: [String: Int64] = [:]
        var description: String { "\(orders) orders, \(minorUnits.sorted { $0.key < $1.key })" }
    }

    /// Orders and amounts, from the first event of each order in its home: once each, whatever came twice.
    private func checkModel() throws {
        var expected = Sum()
        var seen: Set<OrderID> = []
        for partition in 0..<plan.partitions {
            for record in try records(Topics.orders.name, partition) {
                guard let order = record.value.flatMap({ $0.withUnsafeBytes { try? Order(json: $0) } }),
                    OrderKey(order.id).partition(of: plan.partitions) == partition, seen.insert(order.id).inserted
                else { continue }
                expected.orders += 1
                expected.minorUnits["\(order.amount.currency)", default: 0] += order.amount.minorUnits
            }
        }
        var stored = Sum()
        for document in outside.store.rows.values {
            stored.orders += 1
            stored.minorUnits["\(document.order.amount.currency)", default: 0] += document.order.amount.minorUnits
        }
        if stored != expected { fail("the store has \(stored), the log's orders are \(expected)") }
        let missing = Set(upstream.accepted).subtracting(seen)
        if let first = missing.min(by: { $0.rawValue < $1.rawValue }) {
            fail("order \(first) was accepted and is gone")
        }
    }

    // MARK: outside

    private func checkOutside() throws {
        if let contradiction = outside.contradictions.first { fail(contradiction) }
        var paid: [OrderID: Int] = [:]
        var alerts: [OrderID: Int] = [:]
        for partition in 0..<plan.partitions {
            for record in try records(Topics.payments.name, partition) {
                guard let bytes = record.value else { continue }
                let payment = try bytes.withUnsafeBytes { try Payment(json: $0) }
                paid[payment.orderID, default: 0] += 1
                guard let charge = outside.charges[payment.orderID] else {
                    fail("order \(payment.orderID) has a payment and was never charged")
                    continue
                }
                if charge.amount != payment.amount { fail("order \(payment.orderID) was charged \(charge.amount)") }
            }
            for record in try records(Topics.fraudAlerts.name, partition) {
                guard let bytes = record.value else { continue }
                alerts[try bytes.withUnsafeBytes { try FraudAlert(json: $0) }.orderID, default: 0] += 1
            }
        }
        for order in outside.charges.keys.sorted(by: { $0.rawValue < $1.rawValue }) where paid[order] != 1 {
            fail("order \(order) was charged and has \(paid[order] ?? 0) payments")
        }
        for order in alerts.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            if alerts[order] != 1 { fail("order \(order) has \(alerts[order]!) alerts") }
            if !outside.refusesAlert(of: order), outside.alerts[order] == nil {
                fail("the alert of order \(order) was never delivered")
            }
        }
        try checkRefusedAlerts(alerts)
    }

    /// Each alert that was refused is a dead letter, once.
    private func checkRefusedAlerts(_ alerts: [OrderID: Int]) throws {
        var letters: [OrderID: Int] = [:]
        for partition in 0..<plan.partitions {
            for record in try records(Consumption.alerting.deadLetterTopic, partition) {
                guard let alert = record.value.flatMap({ $0.withUnsafeBytes { try? FraudAlert(json: $0) } }) else {
                    continue
                }
                letters[alert.orderID, default: 0] += 1
            }
        }
        for order in alerts.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            let expected = outside.refusesAlert(of: order) ? 1 : 0
            if letters[order] ?? 0 != expected {
                fail("the alert of order \(order) has \(letters[order] ?? 0) dead letters, not \(expected)")
            }
        }
    }

    /// What became of each order was posted to whoever subscribes to it, and nothing else.
    private func checkDeliveries() {
        var expected: Set<String> = []
        for document in outside.store.rows.values {
            for endpoint in Outside.endpoints {
                for outcome in endpoint.outcomes where outcome.moment(in: document) != nil {
                    expected.insert("\(endpoint.name) \(outcome.messageID(of: document.order.id))")
                }
            }
        }
        let delivered = Set(outside.deliveries.keys)
        if let missing = expected.subtracting(delivered).min() { fail("never posted: \(missing)") }
        if let invented = delivered.subtracting(expected).min() { fail("posted, and not so: \(invented)") }
        coverage[.deliveries] += delivered.count
    }

    /// Nothing was deleted: so no service may say that something is gone.
    private func checkCuts() throws {
        for record in try records(Topics.serviceHealth, 0) {
            fail("a service notes a cut: \(String(decoding: record.key ?? [], as: UTF8.self))")
        }
    }
}

extension WireRecord {
    func withBytes<R>(_ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) -> R) -> R {
        func withValue(_ key: UnsafeRawBufferPointer?) -> R {
            guard let value else { return body(key, nil) }
            return value.withUnsafeBytes { body(key, $0) }
        }
        guard let key else { return withValue(nil) }
        return key.withUnsafeBytes { withValue($0) }
    }
}
