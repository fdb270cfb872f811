import OrderEvents

/// From which offset on everything in a partition has its cause in the tail; nil: not known yet.
struct TailTrust: Sendable, Equatable {
    var payments: Int64?
    var alerts: Int64?
    var documents: Int64?

    var isComplete: Bool { payments != nil && alerts != nil && documents != nil }
}

extension OpenOrder {
    struct Mismatch: Sendable, Equatable {
        var kind: Finding.Kind
        var detail: String
    }

    enum Judgement: Sendable, Equatable {
        /// Everything agrees. `isWhole`: it was checked, and not only found to be none of the tail's.
        case agrees(isWhole: Bool)
        /// The store is ahead of what was read: another look, once more is read.
        case later
        case mismatches([Mismatch])
    }

    /// Judges an order that is due.
    ///
    /// - Parameter row: the store's document, read after the tail had come to everything that the services had
    ///   committed.
    func judge(_ row: OrderDocument?, _ trust: TailTrust) -> Judgement {
        if isExcused { return .agrees(isWhole: false) }
        if history.outcomes > 1 { return fault(.payment, "has \(history.outcomes) payment outcomes instead of one") }
        if history.alerts > 1 { return fault(.fraud, "has \(history.alerts) fraud alerts instead of one") }
        if let judgement = judgeCause(trust) { return judgement }
        if let document {
            guard let row else { return fault(.store, "is on order-analytics, but not in the store") }
            if row.revision < document.revision
                || unjudged.map({ document.revision < $0 && row.revision >= $0 }) ?? false
            {
                return fault(
                    .store, "is at revision \(row.revision) in the store, \(document.revision) on order-analytics")
            }
            if row.revision > document.revision { return .later }
            if row != document {
                return fault(
                    .store,
                    "revision \(row.revision) differs between the store and order-analytics: \(row.differences(from: document).joined(separator: "; "))"
                )
            }
        }
        guard hasEvent else { return .agrees(isWhole: false) }
        guard let shown = document ?? row else { return fault(.document, "has no document on order-analytics") }
        let isNew = firstRevision == 1 && trust.documents.map { firstDocumentOffset >= $0 } ?? false
        let mismatches = isNew ? mismatchesOfNew(shown) : mismatchesOfOld(shown)
        if mismatches.isEmpty { return .agrees(isWhole: true) }
        // Without a document in the tail the row may be of an event that was not read yet.
        if document == nil, unjudged != shown.revision { return .later }
        return .mismatches(mismatches)
    }

    /// What stands downstream of an order without an event of it: nil where there is one.
    private func judgeCause(_ trust: TailTrust) -> Judgement? {
        if hasEvent { return nil }
        if hasPayment, let from = trust.payments, firstPaymentOffset >= from, history.outcomes > 0 {
            return fault(.payment, "has a payment that no event of it asked for")
        }
        if hasAlert, let from = trust.alerts, firstAlertOffset >= from {
            return fault(.fraud, "has a fraud alert that no event of it asked for")
        }
        if document != nil, !hasPayment, !hasAlert, let from = trust.documents, firstDocumentOffset >= from {
            return fault(.document, "changed on order-analytics, though no record led to it")
        }
        return nil
    }

    /// Its whole history is in the tail: everything can be worked out.
    private func mismatchesOfNew(_ shown: OrderDocument) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        if let charge = history.charge {
            if history.outcomes == 0 {
                mismatches.append(Mismatch(kind: .payment, detail: "has no payment outcome"))
            } else if let outcome = history.outcome, outcome != charge {
                mismatches.append(Mismatch(kind: .payment, detail: "was charged \(outcome) instead of \(charge)"))
            }
        } else if history.outcomes > 0 {
            mismatches.append(Mismatch(kind: .payment, detail: "was charged although it was never more than CANCELLED"))
        }
        switch (history.suspicion, history.alert) {
        case (.some, nil): mismatches.append(Mismatch(kind: .fraud, detail: "breaks the rule and has no fraud alert"))
        case (nil, .some): mismatches.append(Mismatch(kind: .fraud, detail: "has a fraud alert, but breaks no rule"))
        case (.some(let suspicion), .some(let alert)) where OrderHistory.Terms(alert) != suspicion:
            mismatches.append(
                Mismatch(
                    kind: .fraud, detail: "has a fraud alert about \(OrderHistory.Terms(alert)) instead of \(suspicion)"
                ))
        default: break
        }
        if let expected = history.document(like: shown) {
            let differences = shown.differences(from: expected)
            if !differences.isEmpty {
                mismatches.append(
                    Mismatch(
                        kind: .document,
                        detail: "is not shown as its events say: \(differences.joined(separator: "; "))"))
            }
        }
        return mismatches
    }

    /// It began before the tail: only what its later events say can be checked.
    private func mismatchesOfOld(_ shown: OrderDocument) -> [Mismatch] {
        // Of an order that was contradicted the tail's events may be the ones that changed nothing: the audit knows
        // which.
        var mismatches = shown.conflicts == nil ? mismatchesOfEvents(shown) : []
        if let payment = history.payment, shown.payment != payment {
            mismatches.append(Mismatch(kind: .document, detail: "is not shown with its latest payment"))
        }
        if let alert = history.alert, shown.fraud != alert {
            mismatches.append(
                shown.fraud == nil
                    ? Mismatch(kind: .document, detail: "has a fraud alert and is not shown as flagged")
                    : Mismatch(kind: .fraud, detail: "has a second fraud alert"))
        }
        return mismatches
    }

    private func mismatchesOfEvents(_ shown: OrderDocument) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        if let latest = history.order {
            var expected = shown
            expected.order = latest
            if history.isTimeAssigned { expected.order.createdAt = shown.order.createdAt }
            if shown.order.status.rawValue < latest.status.rawValue {
                mismatches.append(
                    Mismatch(kind: .document, detail: "is shown as \(shown.order.status), but became \(latest.status)"))
            } else if shown.order.terms != expected.order.terms {
                mismatches.append(
                    Mismatch(
                        kind: .document,
                        detail:
                            "is not shown as its latest event says: \(shown.differences(from: expected).joined(separator: "; "))"
                    ))
            }
        }
        for status in OrderStatus.allCases where history.firstSeen(status) != nil && shown.firstSeen(status) == nil {
            mismatches.append(Mismatch(kind: .document, detail: "is shown as never \(status)"))
        }
        if history.suspicion != nil, shown.fraud == nil {
            mismatches.append(Mismatch(kind: .fraud, detail: "breaks the rule and is not flagged"))
        }
        return mismatches
    }

    private func fault(_ kind: Finding.Kind, _ detail: String) -> Judgement {
        .mismatches([Mismatch(kind: kind, detail: detail)])
    }
}
