import OrderEvents

extension Audit {
    mutating func takeOrder(_ record: LogRecord) {
        guard let value = record.value else { return noteUnreadable(record, .orders, nil) }
        let order: Order
        do { order = try Order(json: value) } catch { return noteUnreadable(record, .orders, error) }
        guard isAtHome(order.id) else { return takeMisplaced(order.id, record) }
        guard round.has(order.id) else { return }
        counts.orderEvents += 1
        if !misplaced.isEmpty { misplaced.arrived(order.id, home: partition, value) }
        let isSetAside = Audit.SetAside(
            judging: takeLetter(.judging, record, isAtHome: true) != nil, charging: takeLetter(.charging, record, isAtHome: true) != nil,
            joining: takeLetter(.joiningOrders, record, isAtHome: true) != nil)
        let progress = progress
        let seenAt = Timestamp(millisecondsSinceEpoch: min(max(record.timestamp, 0), Timestamp.latest.millisecondsSinceEpoch))
        table.update(order.id) { $0.take(order, seenAt: seenAt, at: record.offset, progress, isSetAside) }
    }

    /// Which services set an event aside.
    struct SetAside {
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
        misplaced.add(id, home: home(of: id), value, isDue: progress.covers(.charging, record.offset) && !isRefused)
    }

    func home(of id: OrderID) -> Int32 { OrderKey(id).partition(of: partitions) }
    func isAtHome(_ id: OrderID) -> Bool { home(of: id) == partition }
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
        _ order: Order, seenAt: Timestamp, at offset: Int64, _ progress: PartitionProgress, _ isSetAside: Audit.SetAside
    ) {
        marks.insert(.known)
        if !isSetAside.joining { history.join(order, seenAt: seenAt) }
        if !progress.covers(.joiningOrders, offset) { marks.insert(.unjoined) }
        if isSetAside.charging {
            marks.insert(.refused)
        } else {
            let isCovered = progress.covers(.charging, offset)
            if history.charge(order), isCovered { marks.insert(.chargeDue) }
            if !isCovered { marks.insert(.uncharged) }
        }
        if !isSetAside.judging {
            let isCovered = progress.covers(.judging, offset)
            if history.judge(order), isCovered { marks.insert(.flagDue) }
            if !isCovered { marks.insert(.unjudged) }
        }
    }
}
