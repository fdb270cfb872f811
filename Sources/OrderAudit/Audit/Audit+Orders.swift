import OrderEvents
import StreamProcessing

extension Audit {
    mutating func takeOrder(_ record: LogRecord) {
        guard let value = record.value else { return noteUnreadable(record, .orders, nil) }
        let order: Order
        do { order = try Order(json: value) } catch { return noteUnreadable(record, .orders, error) }
        switch place(of: order.id, record, .orders) {
        case .home: break
        // Its copy counts, but the dead letters are about this one.
        case .moved:
            if round.isFirst {
                [.fraud, .payments, .analyticsOrders].forEach { _ = takeLetter($0, record, isAtHome: true) }
            }
            return
        case .astray: return takeMisplaced(order.id, record)
        }
        guard round.has(order.id) else { return passOver(record, .orders) }
        counts.orderEvents += 1
        if !misplaced.isEmpty { misplaced.arrived(order.id, home: partition, value) }
        let setAside = Audit.ByReader<String?>(
            fraud: takeLetter(.fraud, record, isAtHome: true)?.code,
            payments: takeLetter(.payments, record, isAtHome: true)?.code,
            joining: takeLetter(.analyticsOrders, record, isAtHome: true)?.code)
        let isCovered = Audit.ByReader(
            fraud: covers(.fraud, record), payments: covers(.payments, record),
            joining: covers(.analyticsOrders, record))
        let index = table.index(of: order.id)
        var agrees = true
        table.update(at: index) { agrees = $0.take(order, record, isCovered, setAside) }
        checkConflict(record, order.id, agrees: agrees, setAside.joining, isWhole: isWhole(table.entries[index]))
    }

    /// Something about an event for each service that reads orders: whether it has committed it, why it set it aside.
    struct ByReader<Value> {
        var fraud: Value
        var payments: Value
        var joining: Value
    }

    /// An event that contradicts its order's first one has a dead letter of analytics, which has the document; one that
    /// agrees has none.
    private mutating func checkConflict(
        _ record: LogRecord, _ id: OrderID, agrees: Bool, _ code: String?, isWhole: Bool
    ) {
        if !agrees { counts.conflictingEvents += 1 }
        // Where the first event is gone, it is not known what it fixed.
        guard isWhole else { return }
        let name = "order \(id)"
        if agrees, code == DeadLetterReason.conflictCode {
            find(
                .deadLetter, name,
                "has an event at \(place(.orders, record.offset)) that was set aside as a conflict, and agrees with the first"
            )
        } else if !agrees, code == nil, covers(.analyticsOrders, record), !cutLetters.contains(.analyticsOrders) {
            find(
                .deadLetter, name,
                "has an event at \(place(.orders, record.offset)) that contradicts the first, and analytics has no dead letter of it"
            )
        }
    }

    /// Elsewhere than at home an event does not count: payments sends it home.
    private mutating func takeMisplaced(_ id: OrderID, _ record: LogRecord) {
        guard round.isFirst, let value = record.value else { return }
        counts.misplacedEvents += 1
        let isRefused = takeLetter(.payments, record, isAtHome: false) != nil
        _ = takeLetter(.fraud, record, isAtHome: false)
        _ = takeLetter(.analyticsOrders, record, isAtHome: false)
        misplaced.add(id, home: home(of: id), value, isDue: covers(.payments, record) && !isRefused)
    }

    func home(of id: OrderID) -> Int32 { OrderKey(id).partition(of: layout.homes) }
    func place(of id: OrderID, _ record: LogRecord, _ topic: FlowTopic) -> RecordPlace {
        OrderKey(id).withUnsafeBytes { layout.place(ofKey: $0, topic.name, partition, record.offset) }
    }
    func place(_ topic: FlowTopic, _ offset: Int64) -> String { "\(topic.name)[\(partition)]@\(offset)" }

    /// Whether all events of the order are there, so that its contents can be worked out again.
    func isWhole(_ entry: Entry) -> Bool {
        if cuts.hasAllEvents { return true }
        // Its document began with the first event that is still there.
        guard let began = entry.document.flatMap(Audit.firstSeen) else { return false }
        return entry.history.firstSeen.map { $0 <= began } ?? false
    }

    static func firstSeen(_ document: OrderDocument) -> Timestamp? {
        [document.createdSeenAt, document.confirmedSeenAt, document.cancelledSeenAt].lazy.compactMap(\.self).min()
    }
}

extension Audit.Entry {
    /// Returns whether the event agrees with the order's first one.
    fileprivate mutating func take(
        _ order: Order, _ record: Audit.LogRecord, _ isCovered: Audit.ByReader<Bool>,
        _ setAside: Audit.ByReader<String?>
    ) -> Bool {
        var agrees = true
        marks.insert(.known)
        if setAside.joining == nil || setAside.joining == DeadLetterReason.conflictCode {
            let seenAt = Timestamp(
                millisecondsSinceEpoch: min(max(record.timestamp, 0), Timestamp.latest.millisecondsSinceEpoch))
            agrees = history.join(order, seenAt: seenAt, isTimeAssigned: record.isTimeAssigned)
        }
        if !isCovered.joining { marks.insert(.unjoined) }
        if let code = setAside.payments {
            marks.insert(.refused)
            if code == DeadLetterReason.refusedCode { history.noteRefused(order) }
        } else {
            if history.charge(order, isTimeAssigned: record.isTimeAssigned), isCovered.payments {
                marks.insert(.chargeDue)
            }
            if !isCovered.payments { marks.insert(.uncharged) }
        }
        if setAside.fraud == nil {
            if history.judge(order), isCovered.fraud { marks.insert(.flagDue) }
            if !isCovered.fraud { marks.insert(.unjudged) }
        }
        return agrees
    }
}
