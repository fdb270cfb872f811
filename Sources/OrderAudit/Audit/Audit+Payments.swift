import OrderEvents

extension Audit {
    mutating func takePayment(_ record: LogRecord) {
        // Analytics skips a record without a value.
        guard let value = record.value else { return }
        let payment: Payment
        do { payment = try Payment(json: value) } catch { return noteUnreadable(record, .payments, error) }
        guard round.has(payment.orderID) else { return passOver(record, .payments) }
        let whereItLies = place(of: payment.orderID, record, .payments)
        let letter = takeLetter(.analyticsPayments, record, isAtHome: whereItLies != .astray)
        if whereItLies == .moved { return }
        counts.payments += 1
        guard whereItLies == .home else { return noteAstray(payment.orderID, record, .payments, letter) }
        let isJoined = covers(.analyticsPayments, record)
        table.update(payment.orderID) { entry in
            entry.history.take(payment, joins: letter == nil)
            if !isJoined { entry.marks.insert(.unjoined) }
        }
    }

    /// A payment or an alert outside its order's partition: analytics cannot join it and says so with a dead letter.
    mutating func noteAstray(_ id: OrderID, _ record: LogRecord, _ topic: FlowTopic, _ letter: AuditLetter?) {
        guard round.isFirst || letter == nil else { return }
        let consumption: Consumption = topic == .payments ? .analyticsPayments : .analyticsAlerts
        if letter == nil, covers(consumption, record) {
            find(
                .topic, place(topic, record.offset),
                "is of order \(id), which belongs into partition \(home(of: id)), and was not set aside")
        }
    }

    mutating func checkPayment(_ name: String, _ entry: Entry, _ isPending: inout Bool) {
        let history = entry.history
        if history.outcomes > 1 {
            find(.payment, name, "has \(history.outcomes) payment outcomes instead of one")
            return
        }
        if history.outcomes == 0 {
            if entry.marks.contains(.refused) {
                counts.refused += 1
            } else if entry.marks.contains(.chargeDue) {
                // An outcome from before the cut may be gone. But then analytics has joined it.
                let isJoined = progress[.analyticsPayments] >= cuts[.payments] && !entry.marks.contains(.unjoined)
                if cuts.isWhole(.payments) || (isJoined && entry.document?.payment == nil) {
                    find(.payment, name, "has no payment outcome")
                }
            } else if history.charge != nil {
                isPending = true
            }
            return
        }
        guard isWhole(entry), !entry.marks.contains(.uncharged) else { return }
        guard let charge = history.charge else {
            find(
                .payment, name,
                entry.marks.contains(.refused)
                    ? "was charged although payments set it aside"
                    : "was charged although it was never more than CANCELLED")
            return
        }
        // After a refusal a later event is charged; which one depends on how they came in batches.
        if let outcome = history.outcome, outcome != charge, !entry.marks.contains(.refused) {
            find(.payment, name, "was charged \(outcome) instead of \(charge)")
        }
    }
}
