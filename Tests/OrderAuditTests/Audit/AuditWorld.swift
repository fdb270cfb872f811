import Kafka
import OrderEvents
import StreamProcessing

@testable import OrderAudit
@testable import OrderServices

/// A little world that agrees with itself: what the topics and the store hold after the services have done everything. Tests corrupt it.
struct AuditWorld {
    struct LogRecord {
        var key: [UInt8]
        var value: [UInt8]?
        var timestamp: Int64 = AuditWorld.now.millisecondsSinceEpoch
        var headers: [RecordHeader] = []
    }

    static let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
    static let partitions: Int32 = 3

    /// By topic, then partition; the offset is the place.
    var topics: [FlowTopic: [[LogRecord]]] = [:]
    var letters: [Consumption: [[LogRecord]]] = [:]
    var decisions: [AuditDecision] = []
    var stored: [OrderDocument] = []
    var storedAggregates: [Aggregate] = []
    var accepted: [OrderID]?
    /// By partition; everything is committed unless said otherwise.
    var progress = Array(repeating: PartitionProgress(all: .max), count: Int(AuditWorld.partitions))
    var cuts = Audit.Cuts()
    /// Cuts that services noted, by key; nil: dealt with.
    var notedCuts: [(key: String, cut: LogCut?)] = []
    var reaches: [Audit.Reach] = []

    /// Orders by the generator with statuses that change and events that come again, joined and counted.
    init(orders: Int = 120, seed: UInt64 = 4) throws {
        for topic in FlowTopic.allCases { topics[topic] = Array(repeating: [], count: Int(Self.partitions)) }
        for consumption in Consumption.allCases {
            letters[consumption] = Array(repeating: [], count: Int(Self.partitions))
        }
        let generator = OrderGenerator(seed: seed)
        var events: [Order] = []
        for index in 0..<Int64(orders) {
            var order = generator.order(at: index, createdAt: Self.now.advanced(byMilliseconds: index * 3_000))
            // Enough of them break the rule, and some are late.
            if index % 7 == 0 { order.amount.minorUnits += 300 * order.amount.currency.minorUnitsPerUnit }
            if index % 11 == 0 { order.createdAt = Self.now.advanced(byMilliseconds: -3_600_000) }
            events.append(order)
            if index % 5 == 0 { events.append(order) }
            if index % 9 == 0 {
                order.status = index % 2 == 0 ? .confirmed : .cancelled
                events.append(order)
            }
        }
        // One that was never more than cancelled.
        var cancelled = generator.order(at: Int64(orders), createdAt: Self.now)
        cancelled.status = .cancelled
        events.append(cancelled)
        try take(events)
        try count()
    }

    static func home(_ id: OrderID) -> Int { Int(OrderKey(id).partition(of: partitions)) }

    /// Appends an event that contradicts the order's first one, as the services leave it: nothing changes but the document's note of it.
    /// Returns the event's offset.
    @discardableResult
    mutating func contradict(_ index: Int, _ change: (inout Order) -> Void) -> Int {
        var event = stored[index].order
        change(&event)
        let home = Self.home(event.id)
        let seenAt = Self.now.advanced(byMilliseconds: 500_000)
        append(event, to: .orders, id: event.id, at: seenAt)
        let offset = topics[.orders]![home].count - 1
        setAside(.analyticsOrders, partition: home, offset: offset, code: "conflicting_order")
        stored[index] = .applying(event, seenAt: seenAt, to: stored[index])
        stored[index].revision += 1
        append(AnalyticsEvent.order(stored[index]), to: .orderAnalytics, id: event.id, at: seenAt)
        return offset
    }

    private mutating func take(_ events: [Order]) throws {
        var documents: [OrderID: OrderDocument] = [:]
        var order: [OrderID] = []
        for (place, event) in events.enumerated() {
            let seenAt = Self.now.advanced(byMilliseconds: Int64(place) * 10)
            append(event, to: .orders, id: event.id, at: seenAt)
            if documents[event.id] == nil { order.append(event.id) }
            var document = OrderDocument.applying(event, seenAt: seenAt, to: documents[event.id])
            if document.payment == nil, event.status != .cancelled {
                let payment = Payment(
                    orderID: event.id, customerID: event.customerID, status: place % 10 == 0 ? .declined : .paid,
                    amount: event.amount,
                    country: event.country, declineReason: place % 10 == 0 ? .cardExpired : nil, processedAt: seenAt)
                append(payment, to: .payments, id: event.id, at: seenAt)
                document = .applying(payment, to: document)
            }
            if document.fraud == nil, let alert = FraudRule.builtIn.alert(for: event, at: seenAt) {
                append(alert, to: .fraudAlerts, id: event.id, at: seenAt)
                document = .applying(alert, to: document)
            }
            if document != documents[event.id] {
                document.revision += 1
                document.updatedAt = seenAt
                documents[event.id] = document
                append(AnalyticsEvent.order(document), to: .orderAnalytics, id: event.id, at: seenAt)
            }
        }
        stored = order.map { documents[$0]! }
    }

    /// Puts the aggregates of the stored documents onto order-analytics and into the store.
    mutating func count() throws {
        var sums: [AggregateKey: Aggregate] = [:]
        for document in stored {
            for window in [AggregateWindow.allTime, .minute(of: document.order)] {
                let key = AggregateKey(window: window, partition: Int32(Self.home(document.order.id)))
                var sum =
                    sums[key] ?? Aggregate(window: window, partition: key.partition, revision: 1, updatedAt: Self.now)
                try sum.change(from: nil, to: document)
                sum.late += window.lateness(of: document)
                sums[key] = sum
            }
        }
        storedAggregates = sums.values.sorted { "\($0.window) \($0.partition)" < "\($1.window) \($1.partition)" }
        for aggregate in storedAggregates { append(aggregate) }
    }

    // MARK: records

    mutating func append(
        _ event: some EventValue, to topic: FlowTopic, id: OrderID, at moment: Timestamp = now, partition: Int? = nil
    ) {
        topics[topic]![partition ?? Self.home(id)].append(
            LogRecord(key: Array("\(id)".utf8), value: Self.json(event), timestamp: moment.millisecondsSinceEpoch))
    }

    mutating func append(_ aggregate: Aggregate) {
        var key = JSONBytes()
        aggregate.appendKey(to: &key)
        topics[.orderAnalytics]![Int(aggregate.partition)].append(
            LogRecord(key: key.bytes, value: Self.json(AnalyticsEvent.aggregate(aggregate))))
    }

    static func json(_ event: some EventValue) -> [UInt8] {
        var json = JSONBytes()
        event.encode(into: &json)
        return json.bytes
    }

    /// Sets a record aside for a service.
    mutating func setAside(_ consumption: Consumption, partition: Int, offset: Int, code: String) {
        let record = topics[consumption.topic]![partition][offset]
        letters[consumption]![partition].append(
            LogRecord(
                key: record.key, value: record.value,
                headers: [
                    RecordHeader(DeadLetterHeader.code, code), RecordHeader(DeadLetterHeader.reason, "for a test"),
                    RecordHeader(DeadLetterHeader.topic, consumption.topic.name),
                    RecordHeader(DeadLetterHeader.partition, "\(partition)"),
                    RecordHeader(DeadLetterHeader.offset, "\(offset)"),
                    RecordHeader(DeadLetterHeader.group, consumption.group),
                ]))
    }

    /// Appends bytes that are no order, and sets them aside as the services do. Returns the offset.
    @discardableResult
    mutating func appendMalformed(partition: Int = 0, _ value: String = "{\"order_id\":") -> Int {
        topics[.orders]![partition].append(LogRecord(key: Array("bad".utf8), value: Array(value.utf8)))
        let offset = topics[.orders]![partition].count - 1
        for consumption in FlowTopic.orders.consumptions {
            setAside(consumption, partition: partition, offset: offset, code: "malformed_json")
        }
        return offset
    }

    /// Decodes the records of a topic and changes those that `change` returns something for; nil keeps them.
    mutating func rewrite<Event: EventValue>(_ topic: FlowTopic, _: Event.Type, _ change: (Event) throws -> Event?)
        rethrows
    {
        for partition in topics[topic]!.indices {
            for offset in topics[topic]![partition].indices {
                guard
                    let event = topics[topic]![partition][offset].value.flatMap({ bytes in
                        bytes.withUnsafeBytes { try? Event(json: $0) }
                    })
                else { continue }
                if let new = try change(event) { topics[topic]![partition][offset].value = Self.json(new) }
            }
        }
    }

    /// Turns records into nothing: as if they had never been written, while the offsets of the rest stay.
    mutating func erase<Event: EventValue>(_ topic: FlowTopic, _: Event.Type, where isGone: (Event) -> Bool) {
        for partition in topics[topic]!.indices {
            for offset in topics[topic]![partition].indices {
                let bytes = topics[topic]![partition][offset].value
                guard let event = bytes.flatMap({ bytes in bytes.withUnsafeBytes { try? Event(json: $0) } }),
                    isGone(event)
                else { continue }
                erased.insert([topic.rawValue, partition, offset])
            }
        }
    }

    private var erased: Set<[Int]> = []

    // MARK: the audit

    func report(rounds: Int = 1) -> AuditReport {
        var audit = Audit(
            layout: HomeLayout(homes: Self.partitions, since: .epoch), round: ReadingRound(index: 0, count: rounds))
        for index in 0..<rounds {
            if index > 0 {
                audit = Audit(
                    layout: HomeLayout(homes: Self.partitions, since: .epoch),
                    round: ReadingRound(index: index, count: rounds), continuing: audit)
            }
            for document in stored where audit.round.has(document.order.id) {
                audit.store.add(document, home: audit.home(of: document.order.id))
            }
            if audit.round.isLast { for aggregate in storedAggregates { audit.store.add(aggregate) } }
            if let accepted {
                var orders = AcceptedOrders()
                for id in accepted where audit.round.has(id) { orders.add(id, home: audit.home(of: id)) }
                audit.accepted = orders
            }
            if index == 0 {
                for decision in decisions { audit.decisions.add(decision) }
                for (key, cut) in notedCuts { audit.lostLog.take(key: key, cut) }
                audit.checkReach(reaches)
            }
            for partition in 0..<Int(Self.partitions) { read(partition, into: &audit) }
            audit.finishAccepted()
            if index < rounds - 1 { audit.checkStoreLeftovers() }
        }
        for home in audit.misplaced.homes {
            for record in topics[.orders]![Int(home)] {
                record.value?.withUnsafeBytes { audit.revisit(home: home, $0) }
            }
        }
        return audit.report()
    }

    private func read(_ partition: Int, into audit: inout Audit) {
        audit.begin(Int32(partition), progress: progress[partition], cuts: cuts)
        for consumption in Consumption.allCases {
            for (offset, record) in letters[consumption]![partition].enumerated() {
                let letter = Self.withBytes(record) { key, value in
                    AuditLetter(
                        consumption, partition: Int32(partition), offset: Int64(offset), key: key, value: value,
                        headers: record.headers)
                }
                audit.take(letter, in: Int32(partition), at: Int64(offset), of: consumption)
            }
        }
        for topic in [FlowTopic.orderAnalytics, .payments, .fraudAlerts, .orders] {
            for (offset, record) in topics[topic]![partition].enumerated()
            where !erased.contains([topic.rawValue, partition, offset]) {
                guard offset >= cuts[topic] else { continue }
                Self.withBytes(record) { key, value in
                    audit.take(
                        Audit.LogRecord(
                            offset: Int64(offset), timestamp: record.timestamp, key: key, value: value,
                            replayOf: record.headers.first { $0.name == DeadLetterHeader.replayOf }?.text), of: topic)
                }
            }
        }
        audit.endPartition()
    }

    private static func withBytes<R>(
        _ record: LogRecord, _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) -> R
    ) -> R {
        record.key.withUnsafeBytes { key in
            guard let value = record.value else { return body(key, nil) }
            return value.withUnsafeBytes { body(key, $0) }
        }
    }
}
