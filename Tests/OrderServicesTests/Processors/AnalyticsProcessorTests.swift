import Kafka
import OrderEvents
import StreamProcessing
import StreamTesting
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct AnalyticsProcessorTests {
        private func service(_ log: MemoryLog, homes: [Int32]? = nil) -> MemoryService {
            MemoryService(AnalyticsProcessor.definition, log: log, homes: homes) { AnalyticsProcessor() }
        }

        /// Every document that was sent for an order.
        private func documents(_ id: Int64, _ log: MemoryLog) throws -> [OrderDocument] {
            try log.values(Topics.orderAnalytics).compactMap { event in
                if case .order(let document) = event, document.order.id.rawValue == id { document } else { nil }
            }
        }

        /// The newest of each partition's all-time aggregates, added up.
        private func totals(_ log: MemoryLog) throws -> Tally {
            var newest: [Int32: Aggregate] = [:]
            for case .aggregate(let aggregate) in try log.values(Topics.orderAnalytics)
            where aggregate.window == .allTime {
                #expect(newest[aggregate.partition].map { $0.revision < aggregate.revision } ?? true)
                newest[aggregate.partition] = aggregate
            }
            return Aggregate.summed(newest.values).first?.counts() ?? .zero
        }

        private func letters(_ topic: String, _ log: MemoryLog) -> [String] {
            deadLetters(topic, of: Topology.analytics.group, on: log)
        }

        @Test(arguments: [1, .max]) func whatBelongsToAnOrderBecomesOneDocument(batch: Int) async throws {
            let log = log(suspicious(1))
            log.append(suspiciousPayment(1), to: Topics.payments)
            log.append(alert(1), to: Topics.fraudAlerts)
            log.append(suspicious(1, .confirmed), to: Topics.orders, at: now + 5)
            try await service(log).drain(max: batch)
            let document = try #require(try documents(1, log).last)
            #expect(document.order == suspicious(1, .confirmed))
            #expect(document.payment == suspiciousPayment(1) && document.fraud == alert(1))
            #expect(
                document.createdSeenAt?.millisecondsSinceEpoch == now
                    && document.confirmedSeenAt?.millisecondsSinceEpoch == now + 5)
            #expect(try totals(log).orders == 1)
        }

        private func suspiciousPayment(_ id: Int64) -> Payment {
            var payment = payment(id)
            (payment.amount, payment.country) = (suspicious(id).amount, suspicious(id).country)
            return payment
        }

        @Test(arguments: [1, .max]) func anEventThatComesAgainChangesNothing(batch: Int) async throws {
            let log = log(order(1), order(2))
            let service = service(log)
            log.append(payment(1), to: Topics.payments)
            try await service.drain(max: batch)
            let (before, count) = (try totals(log), log.entries("order-analytics").count)
            for event in [order(1), order(2)] { log.append(event, to: Topics.orders) }
            log.append(payment(1), to: Topics.payments)
            try await service.drain(max: batch)
            #expect(log.entries("order-analytics").count == count)
            #expect(before.orders == 2 && before.paid == 1)
        }

        @Test func whatWasRolledBackIsCountedOnce() async throws {
            let log = log(order(1), order(2))
            let service = service(log)
            for _ in 0..<3 {
                service.failsBeforeCommit = Away()
                await #expect(throws: Away.self) { try await service.step() }
            }
            #expect(log.entries("order-analytics").isEmpty)
            try await service.drain()
            #expect(try totals(log).orders == 2)
            #expect(try documents(1, log).map(\.revision) == [1])
        }

        @Test func anOrderInTheWrongPartitionIsSkippedAndAPaymentOrAlertThereIsSetAside() async throws {
            let log = log()
            log.append(order(1), to: Topics.orders, partition: away(1))
            log.append(payment(1), to: Topics.payments, partition: away(1))
            log.append(alert(1), to: Topics.fraudAlerts, partition: away(1))
            try await service(log).drain()
            #expect(log.entries("order-analytics").isEmpty)
            #expect(letters("orders", log).isEmpty)
            #expect(letters("payments", log) == ["wrong_partition \(away(1))/0"])
            #expect(letters("fraud-alerts", log) == ["wrong_partition \(away(1))/0"])
        }

        @Test func whatAMoveHasCopiedIsSkippedAtItsOldPlace() async throws {
            let id = (1...20 as ClosedRange<Int64>).first { home($0) == 1 }!
            let log = log()
            log.append(payment(id), to: Topics.payments, partition: 0)
            log.append(payment(id), to: Topics.payments, partition: 1)
            let service = service(log)
            service.context.layout = moved(from: 1, to: partitions, starts: [1, 0], of: "payments")
            try await service.drain()
            #expect(try documents(id, log).count == 1 && letters("payments", log).isEmpty)
        }

        @Test(arguments: [true, false], [1, .max]) func aConflictIsSetAsideAndNoted(_ keepsState: Bool, batch: Int)
            async throws
        {
            let log = log(order(1), order(2))
            let service = service(log)
            if !keepsState {
                try await service.drain()
                service.restart()
            }
            for event in [
                order(1, .cancelled, amount: 999_900, country: "NG"), order(1, .confirmed), order(2, amount: 5),
            ] {
                log.append(event, to: Topics.orders)
            }
            try await service.drain(max: batch)
            #expect(
                letters("orders", log).count == 2
                    && letters("orders", log).allSatisfy { $0.hasPrefix("conflicting_order") })
            let document = try #require(try documents(1, log).last)
            #expect(document.order == order(1, .confirmed) && document.cancelledSeenAt == nil)
            #expect(document.conflicts?.count == 1 && document.conflicts?.status == .cancelled)
            #expect(try totals(log).orders == 2)
        }

        @Test func aTimeThatTheClientHadNotGivenContradictsNothing() async throws {
            let log = log(order(1))
            var event = order(1)
            event.createdAt = event.createdAt.advanced(byMilliseconds: 60_000)
            log.append(event, to: Topics.orders, headers: [RecordHeader(OrderHeader.assignedTime, "1")])
            try await service(log).drain()
            #expect(letters("orders", log).isEmpty)
        }

        @Test(arguments: [1, .max]) func aPaymentThatIsReadFirstFixesNothing(batch: Int) async throws {
            let log = log()
            log.append(payment(1), to: Topics.payments)
            let service = service(log)
            try await service.drain()
            log.append(order(1, amount: 5), to: Topics.orders, at: now + 9)
            log.append(order(1), to: Topics.orders)
            try await service.drain(max: batch)
            let document = try #require(try documents(1, log).last)
            #expect(
                document.order == order(1, amount: 5) && document.payment == payment(1)
                    && document.conflicts?.count == 1)
            #expect(try totals(log).orders == 1)
        }

        @Test func partitionsThatChangeBetweenTwoBatchesTakeTheirStateWithThem() async throws {
            let log = log()
            let ids = 1...12 as ClosedRange<Int64>
            for id in ids { log.append(order(id), to: Topics.orders) }
            let (one, two) = (service(log), service(log, homes: []))
            try await one.drain()
            one.assign([0])
            two.assign([1])
            for id in ids { log.append(payment(id), to: Topics.payments) }
            try await two.drain()
            try await one.drain()
            two.assign([])
            one.assign([0, 1])
            for id in ids { log.append(order(id, .cancelled), to: Topics.orders) }
            try await one.drain()
            for id in ids {
                #expect(try documents(id, log).map(\.revision) == [1, 2, 3])
                #expect(try documents(id, log).last?.payment != nil)
            }
            #expect(try totals(log).orders == 12 && totals(log).paid == 12 && totals(log).cancelled == 12)
        }

        @Test func stateComesBackFromTheChangelogAlone() async throws {
            let log = log(order(1), suspicious(2), order(3))
            let service = service(log)
            log.append(alert(2), to: Topics.fraudAlerts)
            // One of those whose state is kept in the long form.
            log.append(order(3, amount: 5), to: Topics.orders)
            try await service.drain()
            for partition in 0..<partitions {
                let place = TopicPartition(topic: "orders", partition: partition)
                log.deleteRecords(of: place, before: log.end(place))
            }
            service.restart()
            for event in [order(1), suspicious(2), order(3), order(3, amount: 6)] {
                log.append(event, to: Topics.orders)
            }
            log.append(payment(1), to: Topics.payments)
            try await service.drain()
            #expect(try documents(1, log).last?.payment == payment(1) && documents(1, log).last?.order == order(1))
            #expect(try documents(2, log).count == 1 && documents(2, log).last?.fraud == alert(2))
            #expect(try documents(3, log).last?.conflicts?.count == 2)
            #expect(try totals(log).orders == 3)
        }

        @Test func whatCannotBeReadIsSetAsideUnderItsOwnTopic() async throws {
            let log = log(order(1))
            for topic in ["orders", "payments", "fraud-alerts"] {
                log.append(MemoryLog.Entry(key: nil, value: Array("{}".utf8)), to: topic, partition: home(1))
            }
            try await service(log).drain()
            #expect(letters("orders", log) == ["missing_field \(home(1))/1"])
            #expect(letters("payments", log) == ["missing_field \(home(1))/0"])
            #expect(letters("fraud-alerts", log) == ["missing_field \(home(1))/0"])
            #expect(try documents(1, log).count == 1)
        }
    }
}
