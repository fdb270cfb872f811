import OrderEvents
import Testing

@testable import OrderServices

/// The audit finds every kind of disagreement, and nothing in a history that is right.
@Suite struct AuditTests {
    private struct History {
        var orders: [Order] = []
        var payments: [Payment] = []
        var alerts: [FraudAlert] = []
        var documents: [OrderDocument] = []
        var aggregates: [Aggregate] = []
        var stored: [OrderDocument] = []
        var storedAggregates: [Aggregate] = []
    }

    private func history() throws -> History {
        var history = History()
        let now = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
        let generator = OrderGenerator(seed: 4)
        for index in Int64(0)..<200 {
            let order = generator.order(at: index, createdAt: now)
            history.orders.append(order)
            let payment = Payment(
                orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount, country: order.country,
                declineReason: nil, processedAt: now)
            history.payments.append(payment)
            var document = OrderDocument.applying(payment, to: .applying(order, seenAt: now, to: nil))
            if let alert = FraudRule.builtIn.alert(for: order, at: now) {
                history.alerts.append(alert)
                document = .applying(alert, to: document)
            }
            document.revision = 1
            history.documents.append(document)
        }
        for window in [AggregateWindow.allTime, .minute(start: now.startOfMinute)] {
            var aggregate = Aggregate(window: window, partition: 0)
            for document in history.documents { try aggregate.change(from: nil, to: document) }
            aggregate.revision = 1
            history.aggregates.append(aggregate)
        }
        history.stored = history.documents
        history.storedAggregates = history.aggregates
        return history
    }

    private func report(_ history: History, charged: Bool = true, joined: Bool = true, stored: Bool = true) -> AuditReport {
        var audit = Audit()
        for document in history.stored { audit.addStored(document) }
        for aggregate in history.storedAggregates { audit.addStored(aggregate) }
        for document in history.documents { audit.add(.order(document), partition: 0, isStored: stored) }
        for aggregate in history.aggregates { audit.add(.aggregate(aggregate), partition: 0, isStored: stored) }
        for payment in history.payments { audit.add(payment, joined: joined) }
        for alert in history.alerts { audit.add(alert, joined: joined) }
        for order in history.orders { audit.add(order, judged: true, charged: charged, joined: joined) }
        return audit.report()
    }

    @Test func aRightHistoryIsClean() throws {
        let history = try history()
        #expect(!history.alerts.isEmpty)
        let report = report(history)
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.orders == 200)
        #expect(report.counts.pending == 0)
    }

    @Test func anEventThatCameTwiceIsStillOneOrder() throws {
        var history = try history()
        history.orders.append(history.orders[0])
        let report = report(history)
        #expect(report.isClean)
        #expect(report.counts.orders == 200)
        #expect(report.counts.orderEvents == 201)
    }

    @Test func everyKindOfDisagreementIsFound() throws {
        let right = try history()
        func kinds(_ change: (inout History) throws -> Void) rethrows -> Set<Finding.Kind> {
            var wrong = right
            try change(&wrong)
            return Set(report(wrong).findings.map(\.kind))
        }
        #expect(kinds { $0.payments.removeLast() }.contains(.payment))
        #expect(kinds { $0.payments.append($0.payments[0]) }.contains(.payment))
        #expect(kinds { $0.payments[0].amount.minorUnits += 1 }.contains(.payment))
        #expect(kinds { $0.orders.removeFirst() }.contains(.payment))
        #expect(kinds { $0.alerts.removeLast() }.contains(.fraud))
        #expect(kinds { $0.alerts.append($0.alerts[0]) }.contains(.fraud))
        #expect(kinds { $0.documents[3].payment = nil }.contains(.document))
        #expect(kinds { $0.documents.removeLast() }.contains(.document))
        #expect(kinds { $0.aggregates[0].late += 1 }.contains(.aggregate))
        #expect(try kinds { try $0.aggregates[1].change(from: $0.documents[0], to: nil) }.contains(.aggregate))
        #expect(kinds { $0.aggregates.removeLast() }.contains(.aggregate))
        #expect(kinds { $0.stored.removeLast() } == [.store])
        #expect(kinds { $0.stored[5].revision = 0 } == [.store])
        #expect(kinds { $0.stored[5].fraud = nil; $0.stored[5].payment = nil } == [.store])
        #expect(kinds { $0.storedAggregates.removeLast() } == [.store])
        #expect(kinds { $0.documents.removeAll(); $0.aggregates.removeAll() }.contains(.store))
    }

    @Test func whatAGroupHasNotComeToIsPendingAndNoFinding() throws {
        var history = try history()
        history.payments.removeAll()
        history.alerts.removeAll()
        history.documents.removeAll()
        history.aggregates.removeAll()
        history.stored.removeAll()
        history.storedAggregates.removeAll()
        var audit = Audit()
        for order in history.orders { audit.add(order, judged: false, charged: false, joined: false) }
        let report = audit.report()
        #expect(report.isClean)
        #expect(report.counts.pending == 200)
    }
}
