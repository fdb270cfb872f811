import OrderEvents
import StreamProcessing

/// Follows the flow's topics from their ends on and checks each order that has a new record. Pure: records, commits and
/// rows go in, findings come out.
///
/// An order is open from the first record of it until its events, payment, verdict, document and row agree. It is
/// judged only after every service has committed all that was seen of it, and the tail has read all that was written by
/// then. So a service that lags or retries makes nothing wrong, it only keeps orders open. Memory is bounded: where too
/// many are open, all are forgotten, and counted.
struct TailCore: Sendable {
    struct Limits: Sendable {
        /// Memory for orders that are open at a time.
        var openBytes = 64 << 20
        /// Closed orders of which is still known whether they were charged and flagged, about 40 bytes each.
        var remembered = 50_000

        /// How many orders may be open.
        var open: Int { max(1, openBytes / OpenOrder.bytes) }
    }

    /// The result of a look at orders that were due.
    struct Verdict: Sendable {
        /// Orders that agree and were not checked before.
        var agreed = 0
        /// Orders that were judged, again or with a fault.
        var judged = 0
        var mismatches: [(OrderID, OpenOrder.Mismatch)] = []
    }

    private struct Memory {
        var wasCharged: Bool
        var wasFlagged: Bool
    }

    let partitions: Int32
    let limits: Limits
    /// Where the tail began, by partition and topic.
    private var starts: [[Int64]]
    private(set) var trust: [TailTrust]
    /// The open orders, by partition.
    private var open: [[OrderID: OpenOrder]]
    private(set) var openCount = 0
    private var ages = OpenAges()
    private var remembered: [OrderID: Memory] = [:]
    private var order: [OrderID] = []
    private var oldest = 0
    /// Too many orders are open: the caller is to start over somewhere else.
    private(set) var isFull = false

    /// - Parameter starts: the first offset to be read, by partition and topic (`FlowTopic.rawValue`).
    init(starts: [[Int64]], limits: Limits = Limits()) {
        partitions = Int32(starts.count)
        self.limits = limits
        self.starts = starts
        trust = Array(repeating: TailTrust(), count: starts.count)
        open = Array(repeating: [:], count: starts.count)
    }

    var isTrusted: Bool { trust.allSatisfy(\.isComplete) }

    /// When the oldest open order was opened.
    var oldestOpen: Timestamp? { ages.oldest }

    /// Open orders that were opened before `moment`.
    func openCount(before moment: Timestamp) -> Int { ages.count(before: moment) }

    // MARK: records

    mutating func take(_ record: Audit.LogRecord, of topic: FlowTopic, partition: Int32, at now: Timestamp) {
        guard let value = record.value else { return }
        // What cannot be read is set aside by the services, and concerns no order that is known.
        switch topic {
        case .orders:
            guard let event = try? Order(json: value), isHome(event.id, partition) else { return }
            update(event.id, partition, topic, record.offset, now) { entry in
                let seenAt = Timestamp(
                    millisecondsSinceEpoch: min(max(record.timestamp, 0), Timestamp.latest.millisecondsSinceEpoch))
                entry.history.join(event, seenAt: seenAt, isTimeAssigned: record.isTimeAssigned)
                _ = entry.history.charge(event, isTimeAssigned: record.isTimeAssigned)
                _ = entry.history.judge(event)
            }
        case .payments:
            guard let event = try? Payment(json: value), isHome(event.orderID, partition) else { return }
            update(event.orderID, partition, topic, record.offset, now) { $0.history.take(event) }
        case .fraudAlerts:
            guard let event = try? FraudAlert(json: value), isHome(event.orderID, partition) else { return }
            update(event.orderID, partition, topic, record.offset, now) { $0.history.take(event) }
        case .orderAnalytics:
            // Aggregates are the sweep's; their keys are no numbers, and they are not decoded.
            guard let key = record.key, OrderID(key: key) != nil, let document = try? OrderDocument(json: value) else {
                return
            }
            guard isHome(document.order.id, partition) else { return }
            update(document.order.id, partition, topic, record.offset, now) { entry in
                if entry.firstRevision == nil {
                    entry.firstRevision = document.revision
                    entry.firstDocumentOffset = record.offset
                }
                entry.document = document
            }
        }
    }

    /// A service set a record aside: its order is let off. Not for a conflict, which changes nothing: what it does
    /// leave is checked.
    mutating func takeLetter(
        _ value: UnsafeRawBufferPointer?, code: String?, of topic: FlowTopic, partition: Int32, at now: Timestamp
    ) {
        guard let value, code != DeadLetterReason.conflictCode else { return }
        // What cannot be read names no order.
        let id: OrderID? =
            switch topic {
            case .orders: (try? Order(json: value))?.id
            case .payments: (try? Payment(json: value))?.orderID
            case .fraudAlerts: (try? FraudAlert(json: value))?.orderID
            case .orderAnalytics: (try? OrderDocument(json: value))?.order.id
            }
        guard let id, isHome(id, partition) else { return }
        entry(id, partition, now) { $0.isExcused = true }
    }

    private func isHome(_ id: OrderID, _ partition: Int32) -> Bool {
        OrderKey(id).partition(of: partitions) == partition
    }

    private mutating func update(
        _ id: OrderID, _ partition: Int32, _ topic: FlowTopic, _ offset: Int64, _ now: Timestamp,
        _ change: (inout OpenOrder) -> Void
    ) {
        entry(id, partition, now) { entry in
            entry.note(topic, offset)
            change(&entry)
        }
    }

    private mutating func entry(
        _ id: OrderID, _ partition: Int32, _ now: Timestamp, _ change: (inout OpenOrder) -> Void
    ) {
        let place = Int(partition)
        if let index = open[place].index(forKey: id) { return change(&open[place].values[index]) }
        guard openCount < limits.open else {
            isFull = true
            return
        }
        var new = OpenOrder(id: id, partition: partition, at: ages.open(at: now))
        if let memory = remembered[id] {
            if memory.wasCharged { new.history.noteEarlierOutcome() }
            if memory.wasFlagged { new.history.noteEarlierAlert() }
        }
        change(&new)
        open[place][id] = new
        openCount += 1
    }

    // MARK: judging

    /// The tail has read of a partition all that had been written when `progress` was known.
    ///
    /// - Parameter positions: the next offset to be read of each topic.
    /// - Returns: the orders whose rows are wanted, at most `limit`.
    mutating func settle(_ partition: Int32, _ progress: PartitionProgress, positions: [Int64], limit: Int = 10_000)
        -> [OrderID]
    {
        let start = starts[Int(partition)]
        var known = trust[Int(partition)]
        if known.payments == nil, progress[.payments] >= start[FlowTopic.orders.rawValue] {
            known.payments = positions[FlowTopic.payments.rawValue]
        }
        if known.alerts == nil, progress[.fraud] >= start[FlowTopic.orders.rawValue] {
            known.alerts = positions[FlowTopic.fraudAlerts.rawValue]
        }
        if known.documents == nil, progress[.analyticsOrders] >= start[FlowTopic.orders.rawValue],
            progress[.analyticsPayments] >= start[FlowTopic.payments.rawValue],
            progress[.analyticsAlerts] >= start[FlowTopic.fraudAlerts.rawValue]
        {
            known.documents = positions[FlowTopic.orderAnalytics.rawValue]
        }
        trust[Int(partition)] = known
        var due: [OrderID] = []
        for entry in open[Int(partition)].values where entry.isDue(progress) {
            due.append(entry.id)
            if due.count == limit { break }
        }
        return due
    }

    /// What was found out about orders that were due, with the rows that the store has of them, read since then and
    /// before another record was taken.
    mutating func judge(_ ids: [OrderID], _ rows: [OrderID: OrderDocument]) -> Verdict {
        var verdict = Verdict()
        for id in ids {
            let place = Int(OrderKey(id).partition(of: partitions))
            guard let entry = open[place][id] else { continue }
            let row = rows[id]
            switch entry.judge(row, trust[place]) {
            case .later:
                open[place][id]?.unjudged = row?.revision
                continue
            case .agrees(let isWhole):
                if isWhole { verdict.judged += 1 }
                if isWhole, remembered[id] == nil { verdict.agreed += 1 }
            case .mismatches(let found):
                verdict.judged += 1
                for fault in found { verdict.mismatches.append((id, fault)) }
            }
            open[place][id] = nil
            openCount -= 1
            ages.close(openedAt: entry.openedAt)
            remember(id, entry, row)
        }
        return verdict
    }

    private mutating func remember(_ id: OrderID, _ entry: OpenOrder, _ row: OrderDocument?) {
        guard let shown = entry.document ?? row, !entry.isExcused else { return }
        let memory = Memory(wasCharged: shown.payment != nil, wasFlagged: shown.fraud != nil)
        if remembered.updateValue(memory, forKey: id) != nil { return }
        if order.count < limits.remembered {
            order.append(id)
        } else {
            remembered[order[oldest]] = nil
            order[oldest] = id
            oldest = (oldest + 1) % limits.remembered
        }
    }
}
