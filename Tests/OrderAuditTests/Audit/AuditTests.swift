import OrderEvents
import StreamProcessing
import Testing

@testable import OrderAudit
@testable import OrderServices

/// The audit finds nothing in a world that is right, and says what it counted.
@Suite struct AuditTests {
    @Test func aRightWorldIsClean() throws {
        let world = try AuditWorld()
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.orders == 121)
        #expect(report.counts.orderEvents > 121)
        #expect(report.counts.payments == 120)
        #expect(report.counts.fraudAlerts > 3)
        #expect(report.counts.documents == 121 && report.counts.storedDocuments == 121)
        #expect(report.counts.pending == 0)
    }

    @Test(arguments: [2, 3, 7]) func severalRoundsSayTheSameAsOne(rounds: Int) throws {
        var world = try AuditWorld()
        world.appendMalformed()
        world.accepted = world.stored.map(\.order.id)
        #expect(world.report(rounds: rounds).counts == world.report().counts)
        #expect(world.report(rounds: rounds).isClean)
        world.stored[7].order.amount.minorUnits += 1
        world.storedAggregates.removeLast()
        world.accepted?.append(OrderID(99_999)!)
        #expect(Set(world.report(rounds: rounds).findings) == Set(world.report().findings))
    }

    @Test func whatAServiceHasNotComeToIsPendingAndNoFinding() throws {
        var world = try AuditWorld()
        world.erase(.payments, Payment.self) { _ in true }
        world.erase(.fraudAlerts, FraudAlert.self) { _ in true }
        world.erase(.orderAnalytics, AnalyticsEvent.self) { _ in true }
        world.stored = []
        world.storedAggregates = []
        world.progress = Array(repeating: PartitionProgress(), count: 3)
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.pending == 121)
    }

    @Test func aPaymentThatIsAheadOfWhatWasCommittedIsNoFinding() throws {
        var world = try AuditWorld()
        world.progress = Array(repeating: PartitionProgress(), count: 3)
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
    }

    @Test func recordsThatCannotBeReadAreAccountedForByTheirDeadLetters() throws {
        var world = try AuditWorld()
        world.appendMalformed(partition: 0)
        world.appendMalformed(partition: 2)
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.unreadable == 2)
        #expect(report.counts.deadLetters == 6 && report.counts.deadLettersOpen == 6)
    }

    @Test func aReplayedRecordIsOneMoreEventOfItsOrderAndItsLettersAreDecided() throws {
        var world = try AuditWorld()
        let offset = world.appendMalformed(partition: 1)
        let order = world.stored[0].order
        world.decisions = [
            AuditDecision(
                id: "orders/payments-group/1/0", action: .replayed,
                origin: .init(topic: "orders", partition: 1, offset: Int64(offset)))
        ]
        world.append(order, to: .orders, id: order.id, at: AuditWorld.now.advanced(byMilliseconds: 900_000))
        let home = AuditWorld.home(order.id)
        let last = world.topics[.orders]![home].count - 1
        world.topics[.orders]![home][last].headers = [.init(DeadLetterHeader.replayOf, "orders/payments-group/1/0")]
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.deadLettersReplayed == 3 && report.counts.deadLettersOpen == 0)
    }

    @Test func aDiscardedLetterIsCountedAsThat() throws {
        var world = try AuditWorld()
        let offset = world.appendMalformed(partition: 1)
        world.decisions = [
            AuditDecision(
                id: "orders/fraud-group/1/0", action: .discarded,
                origin: .init(topic: "orders", partition: 1, offset: Int64(offset)))
        ]
        let report = world.report()
        #expect(report.isClean && report.counts.deadLettersDiscarded == 1 && report.counts.deadLettersOpen == 2)
    }

    @Test func anOrderThatTheGatewayRefusedOwesNoPayment() throws {
        var world = try AuditWorld()
        let order = OrderGenerator(seed: 9, firstID: OrderID(5_000)!).order(at: 0, createdAt: AuditWorld.now)
        world.append(order, to: .orders, id: order.id)
        let home = AuditWorld.home(order.id)
        world.setAside(
            .payments, partition: home, offset: world.topics[.orders]![home].count - 1, code: "gateway_refused")
        let document = OrderDocument.applying(order, seenAt: AuditWorld.now, to: nil)
        world.append(AnalyticsEvent.order(document), to: .orderAnalytics, id: order.id)
        world.stored.append(document)
        for index in world.storedAggregates.indices { world.storedAggregates[index].revision = 2 }
        try world.count()
        for index in world.storedAggregates.indices { world.storedAggregates[index].revision = 1 }
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.refused == 1)
    }

    @Test func anEventElsewhereThatWasSentHomeIsNoFinding() throws {
        var world = try AuditWorld()
        for place in 0..<20 {
            let order = world.stored[place].order
            let elsewhere = (AuditWorld.home(order.id) + 1 + place % 2) % 3
            world.append(
                order, to: .orders, id: order.id, at: AuditWorld.now.advanced(byMilliseconds: 900_000),
                partition: elsewhere)
            world.append(order, to: .orders, id: order.id, at: AuditWorld.now.advanced(byMilliseconds: 900_000))
        }
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(report.counts.misplacedEvents == 20)
    }

    @Test func aCutLogHasNoFindingsAboutWhatIsGone() throws {
        var world = try AuditWorld()
        var cutOff = 0
        for offset in Int64(1)..<40 {
            world.cuts[.orders] = offset
            let report = world.report()
            #expect(report.isClean, "\(report.findings)")
            cutOff += report.counts.cutOff
        }
        #expect(cutOff > 0)
    }

    @Test func findingsAreSortedBoundedAndCountedByKind() throws {
        var world = try AuditWorld(orders: 400)
        world.erase(.payments, Payment.self) { _ in true }
        let report = world.report()
        #expect(report.findings.filter { $0.kind == .payment }.count == FindingList.maximumKept)
        #expect(report.findingsByKind["payment"] == 400)
        #expect(
            report.findings.filter { $0.kind == .payment }.map(\.subject.utf8.count)
                == report.findings.filter { $0.kind == .payment }.map(\.subject.utf8.count).sorted())
    }
}
