import OrderEvents

extension Audit {
    mutating func takeAlert(_ record: LogRecord) {
        // Both readers skip a record without a value.
        guard let value = record.value else { return }
        let alert: FraudAlert
        do { alert = try FraudAlert(json: value) } catch { return noteUnreadable(record, .fraudAlerts, error) }
        guard round.has(alert.orderID) else { return passOver(record, .fraudAlerts) }
        let whereItLies = place(of: alert.orderID, record, .fraudAlerts)
        let letter = takeLetter(.analyticsAlerts, record, isAtHome: whereItLies != .astray)
        _ = takeLetter(.alerting, record, isAtHome: whereItLies != .astray)
        if whereItLies == .moved { return }
        counts.fraudAlerts += 1
        guard whereItLies == .home else { return noteAstray(alert.orderID, record, .fraudAlerts, letter) }
        let isJoined = covers(.analyticsAlerts, record)
        table.update(alert.orderID) { entry in
            entry.history.take(alert, joins: letter == nil)
            if !isJoined { entry.marks.insert(.unjoined) }
        }
    }

    mutating func checkFraud(_ name: String, _ entry: Entry) {
        let history = entry.history
        if history.alerts > 1 {
            find(.fraud, name, "has \(history.alerts) fraud alerts instead of one")
        } else if history.alerts == 0 {
            // Where the first event is gone, what it fixed stands in the document.
            let isFirstKnown =
                isWhole(entry) || entry.document.map { OrderHistory.Terms($0.order) == history.suspicion } ?? true
            if entry.marks.contains(.flagDue), cuts.isWhole(.fraudAlerts), isFirstKnown {
                find(.fraud, name, "breaks the rule and has no fraud alert")
            }
        } else if isWhole(entry) {
            guard let suspicion = history.suspicion else {
                // An event that fraud has not come to explains no alert: alerts are read before the orders.
                find(.fraud, name, "has a fraud alert, but breaks no rule")
                return
            }
            if !entry.marks.contains(.unjudged), let alert = history.alert, OrderHistory.Terms(alert) != suspicion {
                find(.fraud, name, "has a fraud alert about \(OrderHistory.Terms(alert)) instead of \(suspicion)")
            }
        }
    }
}
