import OrderEvents

extension Audit {
    mutating func takeOrder(_ record: LogRecord) {
        guard let value = record.value else { return noteUnreadable(record, .orders, nil) }
        let order: Order
        do { order = try Order(json: value) } catch { return noteUnreadable(record, .orders, error) }
        switch place(of: order.id, record, .orders) {
        case .home: break
        // Its copy counts, but the letters are about this one.
        case .moved: return [.judging, .charging, .joiningOrders].forEach { _ = takeLetter($0, record, isAtHome: true) }
        case .astray: return takeMisplaced(order.id, record)
        }
        guard round.has(order.id) else { return }
        counts.orderEvents += 1
        if !misplaced.isEmpty { misplaced.arrived(order.id, home: partition, value) }
        let isSetAside = Audit.ByReader(
            judging: takeLetter(.judging, record, isAtHome: true) != nil, charging: takeLetter(.charging, record, isAtHome: true) != nil,
            joining: takeLetter(.joiningOrders, record, isAtHome: true) != nil)
        let isCovered = Audit.ByReader(
            judging: covers(.judging, record), charging: covers(.charging, record), joining: covers(.joiningOrders, record))
        let seenAt = Timestamp(millisecondsSinceEpoch: min(max(record.timestamp, 0), Timestamp.latest.millisecondsSinceEpoch))
        table.update(order.id) { $0.take(order, seenAt: seenAt, isCovered, isSetAside) }
    }

    /// Something about an event for each service that reads orders: whether it has committed it, whether it set it aside.
    struct ByReader {
        var judging: Bool
        var charging: Bool
        var joining: Bool
    }

    /// Elsewhere than at home an event does not count: payments sends it home.
    private mutating func takeMisplaced(_ id: OrderID, _ record: LogRecord) {
        guard round.isFirst, let value = record.value else { return }
        counts.misplacedEvents += 1
        let isRefused = takeLetter(.charging, record, isAtHome: false) != nil
        _ = takeLetter(.judging, record, isAtHome: false)
        _ = takeLetter(.joiningOrders, record, isAtHome: false)
        misplaced.add(id, home: home(of: id), value, isDue: covers(.charging, record) && !isRefused)
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
    fileprivate mutating func take(
        _ order: Order, seenAt: Timestamp, _ isCovered: Audit.ByReader, _ isSetAside: Audit.ByReader
    ) {
        marks.insert(.known)
        if !isSetAside.joining { history.join(order, seenAt: seenAt) }
        if !isCovered.joining { marks.insert(.unjoined) }
        if isSetAside.charging {
            marks.insert(.refused)
        } else {
            if history.charge(order), isCovered.charging { marks.insert(.chargeDue) }
            if !isCovered.charging { marks.insert(.uncharged) }
        }
        if !isSetAside.judging {
            if history.judge(order), isCovered.judging { marks.insert(.flagDue) }
            if !isCovered.judging { marks.insert(.unjudged) }
        }
    }
}
