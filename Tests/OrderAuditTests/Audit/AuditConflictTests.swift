import OrderEvents
import Testing

@testable import OrderAudit

/// An event that contradicts its order's first one changes nothing, and has one dead letter, of analytics.
@Suite struct AuditConflictTests {
    private static func raise(_ order: inout Order) { order.amount.minorUnits += 999_900 }

    @Test(arguments: [1, 3]) func aConflictThatWasSetAsideIsNoFinding(rounds: Int) throws {
        var world = try AuditWorld()
        world.contradict(3, Self.raise)
        world.contradict(3) { $0.customerID += 1 }
        world.contradict(8) {
            $0.country = CountryCode(code: "NG")!; $0.amount.minorUnits = 99_999_999
        }
        world.contradict(20) { $0.createdAt = $0.createdAt.advanced(byMilliseconds: 60_000) }
        let report = world.report(rounds: rounds)
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.conflictingEvents == 4 && report.counts.deadLettersOpen == 4)
    }

    @Test func aConflictWithoutItsLetterIsAFinding() throws {
        var world = try AuditWorld()
        world.contradict(3, Self.raise)
        world.letters[.analyticsOrders] = Array(repeating: [], count: 3)
        #expect(world.report().findingsByKind == ["dead_letter": 1])
    }

    @Test func aLetterOfAnEventThatAgreesIsAFinding() throws {
        var world = try AuditWorld()
        world.setAside(.analyticsOrders, partition: 0, offset: 2, code: "conflicting_order")
        #expect(world.report().findingsByKind["dead_letter"] == 1)
    }

    @Test func aConflictThatRewroteItsOrderIsAFinding() throws {
        var world = try AuditWorld()
        world.contradict(3, Self.raise)
        let id = world.stored[3].order.id
        world.rewrite(.orderAnalytics, AnalyticsEvent.self) { event in
            guard case .order(var document) = event, document.order.id == id, document.conflicts != nil else {
                return nil
            }
            document.order.amount.minorUnits += 999_900
            return .order(document)
        }
        #expect(world.report().findingsByKind["document"] == 1)
    }

    @Test func anAlertAboutAConflictIsAFinding() throws {
        var world = try AuditWorld()
        let index = world.stored.indices.first { world.stored[$0].fraud == nil }!
        world.contradict(index) {
            $0.country = CountryCode(code: "NG")!; $0.amount.minorUnits = 99_999_999
        }
        var event = world.stored[index].order
        event.country = CountryCode(code: "NG")!
        event.amount.minorUnits = 99_999_999
        world.append(FraudRule.builtIn.alert(for: event, at: AuditWorld.now)!, to: .fraudAlerts, id: event.id)
        #expect(world.report().findingsByKind["fraud"] == 1)
    }

    @Test(arguments: [2, 5]) func aLetterOfAReadableRecordIsExplainedInWhicheverRoundHasItsOrder(rounds: Int) throws {
        var world = try AuditWorld()
        for offset in 0..<10 {
            world.setAside(
                .alerting, partition: 0, offset: min(offset, world.topics[.fraudAlerts]![0].count - 1),
                code: "webhook_refused")
        }
        world.letters[.alerting]![0] = Array(world.letters[.alerting]![0].prefix(world.topics[.fraudAlerts]![0].count))
        let report = world.report(rounds: rounds)
        #expect(report.isClean, "\(report.findings)")
    }

    @Test func aTimeThatTheClientDidNotGiveContradictsNothing() {
        let order = OrderGenerator(seed: 1).order(at: 0, createdAt: AuditWorld.now)
        var again = order
        again.createdAt = AuditWorld.now.advanced(byMilliseconds: 5_000)
        again.status = .confirmed
        var history = OrderHistory()
        history.join(order, seenAt: AuditWorld.now)
        var agrees = history.join(again, seenAt: AuditWorld.now, isTimeAssigned: true)
        #expect(agrees)
        #expect(
            history.order?.status == .confirmed && history.order?.createdAt == order.createdAt
                && history.conflicts == nil)
        agrees = history.join(again, seenAt: AuditWorld.now)
        #expect(!agrees)
        #expect(history.conflicts?.count == 1)
    }
}
