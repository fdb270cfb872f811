import OrderEvents

extension Audit {
    mutating func takeAnalytics(_ record: LogRecord) {
        // A tombstone: the order left the analytics' horizon. The store keeps what it has.
        guard let value = record.value else { return }
        let event: AnalyticsEvent
        do { event = try AnalyticsEvent(json: value) } catch { return noteUnreadable(record, .orderAnalytics, error) }
        let isStored = covers(.sink, record)
        switch event {
        case .order(let document):
            guard round.has(document.order.id) else { return passOver(record, .orderAnalytics) }
            let letter = takeLetter(.sink, record, isAtHome: true)
            let whereItLies = place(of: document.order.id, record, .orderAnalytics)
            if whereItLies == .moved { return }
            guard whereItLies == .home else {
                find(
                    .document, "order \(document.order.id)",
                    "has a document in partition \(partition) of order-analytics; it belongs into \(home(of: document.order.id))"
                )
                return
            }
            take(document, at: record.offset, isStored: isStored, isUnstorable: letter != nil)
        case .aggregate(let aggregate):
            guard round.isLast else { return passOver(record, .orderAnalytics) }
            let letter = takeLetter(.sink, record, isAtHome: true)
            guard aggregate.partition == partition else {
                find(.aggregate, name(AggregateKey(aggregate)), "stands in partition \(partition) of order-analytics")
                return
            }
            windows[AggregateKey(aggregate), default: WindowAccount()].log(
                aggregate, isSummed: isSummed, isStored: isStored, isUnstorable: letter != nil)
        }
    }

    private mutating func take(_ document: OrderDocument, at offset: Int64, isStored: Bool, isUnstorable: Bool) {
        let index = table.index(of: document.order.id)
        let earlier = table.entries[index].document
        if let earlier, document.revision <= earlier.revision {
            find(
                .document, "order \(document.order.id)",
                "has revision \(document.revision) after \(earlier.revision) (\(place(.orderAnalytics, offset)))")
        }
        table.update(at: index) { entry in
            entry.document = document
            if isStored { entry.marks.insert(.storeDue) } else { entry.marks.remove(.storeDue) }
            if isUnstorable { entry.marks.insert(.unstorable) } else { entry.marks.remove(.unstorable) }
        }
    }

    mutating func checkDocument(_ name: String, _ entry: Entry) {
        guard !entry.marks.contains(.unjoined) else { return }
        guard let document = entry.document else {
            // Where analytics set all of its events aside there is none to make.
            if entry.history.order != nil { find(.document, name, "has no document on order-analytics") }
            return
        }
        guard isWhole(entry) else {
            counts.cutOff += 1
            if let status = entry.history.order?.status, document.order.status.rawValue < status.rawValue {
                find(.document, name, "is shown as \(document.order.status), but became \(status)")
            }
            return
        }
        guard var expected = entry.history.document(like: document) else {
            find(.document, name, "has a document, but analytics set its events aside")
            return
        }
        // What was deleted is taken as it is shown.
        if !cuts.isWhole(.payments), entry.history.payment == nil { expected.payment = document.payment }
        if !cuts.isWhole(.fraudAlerts), entry.history.alert == nil { expected.fraud = document.fraud }
        let differences = document.differences(from: expected)
        if !differences.isEmpty {
            find(.document, name, "is not shown as its events say: \(differences.joined(separator: "; "))")
        }
    }
}
