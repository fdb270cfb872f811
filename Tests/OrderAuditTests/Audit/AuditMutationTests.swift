import OrderEvents
import Testing

@testable import OrderAudit

/// Every way to spoil the little world is found, and called what it is.
@Suite struct AuditMutationTests {
    struct Mutation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kinds: Set<Finding.Kind>
        let words: String
        let spoil: @Sendable (inout AuditWorld) throws -> Void

        init(
            _ name: String, _ kinds: Set<Finding.Kind>, _ words: String,
            _ spoil: @escaping @Sendable (inout AuditWorld) throws -> Void
        ) {
            testDescription = name
            self.kinds = kinds
            self.words = words
            self.spoil = spoil
        }
    }

    static let id = OrderID(15)!
    private static let seven = AuditWorld.now.advanced(byMilliseconds: 7)

    private static func reach(_ begin: Int64, _ end: Int64, committed: Int64?, compacted: Bool = false) -> Audit.Reach {
        Audit.Reach(
            group: "payments-group", topic: "orders", partition: 1, begin: begin, end: end, committed: committed,
            isCompacted: compacted)
    }

    private static let cut = LogCut(
        service: "payments", group: "payments-group", topic: "orders", partition: 1, from: 120, to: 450, kind: .deleted,
        at: AuditWorld.now)

    static let mutations: [Mutation] = [
        // The log
        Mutation("records that a group had not read are deleted", [.logCut], "lost the offsets 120 to 449") {
            $0.reaches = [reach(450, 900, committed: 120)]
        },
        Mutation("records are deleted that a group never read", [.logCut], "lost the offsets 0 to 449") {
            $0.reaches = [reach(450, 900, committed: nil)]
        },
        Mutation(
            "a topic that was made again under a group", [.logCut],
            "had read up to offset 950, which the log does not have"
        ) {
            $0.reaches = [reach(0, 900, committed: 950)]
        },
        Mutation("a compacted topic that was made again under a group", [.logCut], "had read up to offset 950") {
            $0.reaches = [reach(10, 900, committed: 950, compacted: true)]
        },
        Mutation("a cut that its service has passed", [.logCut], "noted by payments at") { world in
            world.notedCuts = [(cut.key, cut)]
            world.reaches = [reach(450, 900, committed: 900)]
        },
        Mutation(
            "no payment of an order that was joined, and the log of payments is cut", [.payment, .aggregate, .store],
            "has no payment outcome"
        ) { world in
            world.cuts[.payments] = 1_000
            world.lie { $0.payment = nil }
        },
        // Payments
        Mutation("no payment", [.payment, .document], "has no payment outcome") {
            $0.erase(.payments, Payment.self) { $0.orderID == id }
        },
        Mutation("two payments", [.payment], "has 2 payment outcomes") { world in
            var copy: Payment?
            world.rewrite(.payments, Payment.self) {
                if $0.orderID == id { copy = $0 }; return nil
            }
            world.append(copy!, to: .payments, id: id)
        },
        Mutation("a wrong amount is charged", [.payment, .document], "was charged") { world in
            world.rewrite(.payments, Payment.self) {
                $0.orderID == id
                    ? {
                        var p = $0; p.amount.minorUnits += 1; return p
                    }($0) : nil
            }
        },
        Mutation("another customer is charged", [.payment, .document], "was charged") { world in
            world.rewrite(.payments, Payment.self) {
                $0.orderID == id
                    ? {
                        var p = $0; p.customerID += 1; return p
                    }($0) : nil
            }
        },
        Mutation("a cancelled order is charged", [.payment, .document], "never more than CANCELLED") { world in
            let order = world.stored.last!.order
            world.append(
                Payment(
                    orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount,
                    country: order.country, processedAt: seven),
                to: .payments, id: order.id)
        },
        Mutation("a payment without an order", [.payment], "has a payment, but no event") { world in
            let order = world.stored[0].order
            world.append(
                Payment(
                    orderID: OrderID(7_777)!, customerID: 1, status: .paid, amount: order.amount,
                    country: order.country, processedAt: seven),
                to: .payments, id: OrderID(7_777)!)
        },
        Mutation("an order that is gone", [.payment, .fraud, .document], "no event on the orders topic") {
            $0.erase(.orders, Order.self) { $0.id == id }
        },
        // Fraud
        Mutation("no alert", [.fraud, .document], "breaks the rule and has no fraud alert") {
            $0.erase(.fraudAlerts, FraudAlert.self) { $0.orderID == id }
        },
        Mutation("two alerts", [.fraud], "has 2 fraud alerts") { world in
            var copy: FraudAlert?
            world.rewrite(.fraudAlerts, FraudAlert.self) {
                if $0.orderID == id { copy = $0 }; return nil
            }
            world.append(copy!, to: .fraudAlerts, id: id)
        },
        Mutation("an alert about something else", [.fraud, .document], "has a fraud alert about") { world in
            world.rewrite(.fraudAlerts, FraudAlert.self) {
                $0.orderID == id
                    ? {
                        var a = $0; a.amount.minorUnits += 1; return a
                    }($0) : nil
            }
        },
        Mutation("an alert without reason", [.fraud, .document], "breaks no rule") { world in
            let order = world.stored.first { $0.fraud == nil }!.order
            world.append(
                FraudAlert(
                    orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry,
                    amount: order.amount, country: order.country,
                    detectedAt: seven), to: .fraudAlerts, id: order.id)
        },
        // Documents: every field
        Mutation("another amount", [.document, .aggregate, .store], "amount is") {
            $0.lie { $0.order.amount.minorUnits += 1 }
        },
        Mutation("another customer", [.document, .store], "customer_id is") { $0.lie { $0.order.customerID += 1 } },
        Mutation("another country", [.document, .aggregate, .store], "country is") {
            $0.lie { $0.order.country = CountryCode(code: "IS")! }
        },
        Mutation("another status", [.document, .aggregate, .store], "status is") {
            $0.lie { $0.order.status = .cancelled }
        },
        Mutation("another time", [.document, .store], "created_at is") {
            $0.lie { $0.order.createdAt.millisecondsSinceEpoch += 1 }
        },
        Mutation("another payment", [.document, .aggregate, .store], "payment is") {
            $0.lie { $0.payment?.status = .refunded }
        },
        Mutation("another time of payment", [.document, .store], "payment is") {
            $0.lie { $0.payment?.processedAt = seven }
        },
        Mutation("no verdict", [.document, .aggregate, .store], "fraud is") { $0.lie { $0.fraud = nil } },
        Mutation("another first sight", [.document, .store], "first CREATED is") {
            $0.lie { $0.createdSeenAt?.millisecondsSinceEpoch -= 1 }
        },
        Mutation("a status never seen", [.document, .store], "first CONFIRMED is") {
            $0.lie { $0.confirmedSeenAt = seven }
        },
        Mutation("a revision that goes back", [.document, .store], "after") { world in
            var document = world.stored.first { $0.order.id == id }!
            document.revision -= 1
            world.append(AnalyticsEvent.order(document), to: .orderAnalytics, id: id)
        },
        Mutation("a document in a foreign partition", [.document], "belongs into") { world in
            let document = world.stored[0]
            world.append(
                AnalyticsEvent.order(document), to: .orderAnalytics, id: document.order.id,
                partition: (AuditWorld.home(document.order.id) + 1) % 3)
        },
        Mutation("no document", [.document, .aggregate, .store], "has no document") { world in
            world.erase(.orderAnalytics, AnalyticsEvent.self) {
                if case .order(let document) = $0 { document.order.id == id } else { false }
            }
        },
        Mutation("a document of no order", [.document, .aggregate, .store], "has a document, but no event") { world in
            var document = world.stored[0]
            document.order.id = OrderID(7_777)!
            document.payment?.orderID = OrderID(7_777)!
            world.append(AnalyticsEvent.order(document), to: .orderAnalytics, id: document.order.id)
        },
        // Aggregates
        Mutation("a window that counts wrongly", [.aggregate, .store], "differs from the sum") { world in
            let document = world.stored.first { $0.order.id == id }!
            try world.lieAboutWindow { try $0.change(from: document, to: nil) }
        },
        Mutation("a wrong late count", [.aggregate, .store], "late is") { $0.lieAboutWindow { $0.late += 1 } },
        Mutation("a missing window", [.aggregate, .store], "is missing on order-analytics") { world in
            world.erase(.orderAnalytics, AnalyticsEvent.self) {
                if case .aggregate(let aggregate) = $0 {
                    aggregate.window == .minute(start: AuditWorld.now.startOfMinute)
                } else {
                    false
                }
            }
        },
        Mutation("a window of nothing", [.aggregate, .store], "differs from the sum") { world in
            var document = world.stored[0]
            document.order.createdAt = .epoch
            var aggregate = Aggregate(window: .minute(start: .epoch), partition: 1, revision: 1)
            try aggregate.change(from: nil, to: document)
            world.append(aggregate)
        },
        // The store
        Mutation("a row that is gone", [.store], "not in the store") { $0.stored.removeAll { $0.order.id == id } },
        Mutation("an old row", [.store], "is at revision") { $0.row { $0.revision = 0 } },
        Mutation("a row from the future", [.store], "is at revision") { $0.row { $0.revision += 1 } },
        Mutation("a changed row", [.store], "differs between") { $0.row { $0.order.customerID += 1 } },
        Mutation("a row changed in its last detail", [.store], "differs between") {
            $0.row { $0.updatedAt.millisecondsSinceEpoch += 1 }
        },
        Mutation("a row of no order", [.store], "no document of it") { world in
            var document = world.stored[0]
            document.order.id = OrderID(7_777)!
            world.stored.append(document)
        },
        Mutation("a stored window that is gone", [.store], "not in the store") { $0.storedAggregates.removeLast() },
        Mutation("a stored window that is old", [.store], "is at revision 0") { $0.storedAggregates[2].revision = 0 },
        Mutation("a stored window that differs", [.store], "differs between") { $0.storedAggregates[2].late += 1 },
        Mutation("a stored window of nothing", [.store], "is in the store, but not on order-analytics") {
            $0.storedAggregates.append(Aggregate(window: .minute(start: .epoch), partition: 1, late: 1, revision: 1))
        },
        // Where records stand
        Mutation("an event that was not sent home", [.topic], "did not send home") { world in
            var order = world.stored[3].order
            order.customerID += 1
            world.append(order, to: .orders, id: order.id, partition: (AuditWorld.home(order.id) + 1) % 3)
        },
        Mutation("a payment in a foreign partition", [.topic], "was not set aside") { world in
            let order = world.stored[3].order
            world.append(
                Payment(
                    orderID: order.id, customerID: order.customerID, status: .paid, amount: order.amount,
                    country: order.country, processedAt: seven),
                to: .payments, id: order.id, partition: (AuditWorld.home(order.id) + 1) % 3)
        },
        // Dead letters
        Mutation("an unreadable record without a dead letter", [.deadLetter], "has no dead letter of it") { world in
            world.appendMalformed()
            world.letters[.fraud]![0].removeAll()
        },
        Mutation("two letters of one record", [.deadLetter], "is the second of") { world in
            let offset = world.appendMalformed()
            world.setAside(.payments, partition: 0, offset: offset, code: "malformed_json")
        },
        Mutation(
            "a dead letter with another reason", [.deadLetter], "says missing_field, but its record is malformed_json"
        ) { world in
            let offset = world.appendMalformed()
            world.letters[.payments]![0].removeAll()
            world.setAside(.payments, partition: 0, offset: offset, code: "missing_field")
        },
        Mutation("a dead letter with other bytes", [.deadLetter], "has other bytes") { world in
            world.appendMalformed()
            world.letters[.payments]![0][0].value = Array("{".utf8)
        },
        Mutation("a dead letter of a good record", [.deadLetter, .payment], "nothing is wrong with") {
            $0.setAside(.payments, partition: 0, offset: 0, code: "malformed_json")
        },
        Mutation("a dead letter of no record", [.deadLetter], "which does not exist") { world in
            world.appendMalformed()
            world.topics[.orders]![0].removeLast()
        },
        Mutation("a dead letter without origin", [.deadLetter], "does not say which record") { world in
            world.appendMalformed()
            world.letters[.payments]![0][0].headers = []
        },
        Mutation("a dead letter in a foreign partition", [.deadLetter], "stands in 1") { world in
            world.appendMalformed()
            world.letters[.payments]![1].append(world.letters[.payments]![0][0])
        },
        Mutation("a replay that never came", [.deadLetter], "no record on orders is its replay") { world in
            let offset = world.appendMalformed()
            world.decisions = [
                AuditDecision(
                    id: "orders/payments-group/0/0", action: .replayed,
                    origin: .init(topic: "orders", partition: 0, offset: Int64(offset)))
            ]
        },
        // Accepted
        Mutation("an acknowledged order that is lost", [.accepted], "was acknowledged") {
            $0.accepted = [id, OrderID(7_777)!]
        },
    ]

    @Test func aCutIsToldOnceAndNotWhereNothingWasLost() throws {
        var world = try AuditWorld()
        world.reaches = [
            Self.reach(450, 900, committed: 450), Self.reach(450, 900, committed: 900),
            Self.reach(0, 0, committed: nil),
            // Compaction.
            Self.reach(450, 900, committed: 120, compacted: true),
        ]
        #expect(world.report().isClean)
        // Met by the service, and not passed yet.
        world.notedCuts = [(Self.cut.key, Self.cut)]
        world.reaches = [Self.reach(450, 900, committed: 120)]
        #expect(world.report().findingCount == 1)
        // Somebody has dealt with it.
        world.notedCuts.append((Self.cut.key, nil))
        world.reaches = [Self.reach(450, 900, committed: 450)]
        #expect(world.report().isClean)
        world.notedCuts = [("payments/a1b2c3", Self.cut)]
        #expect(world.report().isClean)
    }

    @Test(arguments: [FlowTopic.payments, .fraudAlerts], [1, 20, 1_000] as [Int64]) func whatOneTopicLostIsNoFinding(
        _ topic: FlowTopic, _ begin: Int64
    ) throws {
        var world = try AuditWorld()
        world.cuts[topic] = begin
        let report = world.report()
        #expect(report.isClean, "\(report.findings)")
        #expect(
            report.deleted.allSatisfy { $0.topic == topic.name && $0.offsets == begin } && report.deleted.count == 3)
    }

    @Test func whatCannotBeCheckedAnyMoreIsCountedAndNamed() throws {
        var world = try AuditWorld()
        let whole = world.report()
        #expect(
            whole.isClean && whole.deleted.isEmpty && whole.counts.deletedRecords == 0 && whole.counts.notCheckable == 0
        )
        world.cuts[.orders] = 20
        for rounds in [1, 3] {
            let report = world.report(rounds: rounds)
            #expect(report.isClean, "\(report.findings)")
            #expect(
                report.deleted
                    == (0..<3).map { AuditReport.DeletedRecords(topic: "orders", partition: $0, offsets: 20) })
            #expect(report.counts.deletedRecords == 60)
            // What is known of an order is whole, begun before the cut, or gone but for what resulted from it.
            #expect(report.counts.notCheckable > 0)
            #expect(report.counts.notCheckable == whole.counts.orders - report.counts.orders)
        }
    }

    @Test(arguments: mutations) func isFound(_ mutation: Mutation) throws {
        var world = try AuditWorld()
        try mutation.spoil(&world)
        let report = world.report()
        #expect(report.findings.contains { "\($0)".contains(mutation.words) }, "\(report.findings)")
        #expect(Set(report.findings.map(\.kind)).isSubset(of: mutation.kinds), "\(report.findings)")
        #expect(
            mutation.kinds.subtracting(report.findings.map(\.kind)).subtracting([.payment, .fraud, .store, .aggregate])
                .isEmpty, "\(report.findings)")
    }
}

extension AuditWorld {
    /// Changes the last document of an order on order-analytics, and nothing else.
    fileprivate mutating func lie(_ change: (inout OrderDocument) -> Void) {
        let last = stored.first { $0.order.id == AuditMutationTests.id }!
        rewrite(.orderAnalytics, AnalyticsEvent.self) { event in
            guard case .order(var document) = event, document == last else { return nil }
            change(&document)
            return .order(document)
        }
    }

    fileprivate mutating func row(_ change: (inout OrderDocument) -> Void) {
        change(&stored[stored.firstIndex { $0.order.id == AuditMutationTests.id }!])
    }

    /// Changes the window on order-analytics that the order is counted in.
    fileprivate mutating func lieAboutWindow(_ change: (inout Aggregate) throws -> Void) rethrows {
        let document = stored.first { $0.order.id == AuditMutationTests.id }!
        let partition = Int32(AuditWorld.home(document.order.id))
        try rewrite(.orderAnalytics, AnalyticsEvent.self) { event in
            guard case .aggregate(var aggregate) = event, aggregate.window == .minute(of: document.order),
                aggregate.partition == partition
            else { return nil }
            try change(&aggregate)
            return .aggregate(aggregate)
        }
    }
}
