import Kafka
import OrderEvents
import StreamProcessing
import StreamTesting
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct PaymentProcessorTests {
        private func service(_ log: MemoryLog, _ gateway: ScriptedGateway, homes: [Int32]? = nil) -> MemoryService {
            MemoryService(PaymentProcessor.definition, log: log, homes: homes) { PaymentProcessor(gateway: gateway) }
        }

        private func paid(_ log: MemoryLog) throws -> [Int64] {
            try log.values(Topics.payments).map(\.orderID.rawValue).sorted()
        }
        private func letters(_ log: MemoryLog) -> [String] {
            deadLetters("orders", of: Topology.payments.group, on: log)
        }

        @Test(arguments: [1, .max]) func anEventThatComesAgainIsChargedOnce(batch: Int) async throws {
            let log = log(order(1), order(2), order(1), order(1, .confirmed), order(1, .cancelled))
            let gateway = ScriptedGateway { $0 == 2 ? .declined(.cardExpired) : .paid }
            try await service(log, gateway).drain(max: batch)
            #expect(gateway.asked.sorted() == [1, 2])
            let payments = try log.values(Topics.payments).sorted { $0.orderID < $1.orderID }
            #expect(payments.map(\.status) == [.paid, .declined] && payments[1].declineReason == .cardExpired)
            #expect(payments.map(\.amount) == [order(1).amount, order(2).amount])
            for id in [1, 2] as [Int64] {
                #expect(log.entries("payments", partition: home(id)).contains { $0.name == "\(id)" })
            }
        }

        @Test func whatWasAnsweredInABatchThatIsTriedAgainIsNotAskedAgain() async throws {
            let log = log(order(1), order(2), order(3))
            let gateway = ScriptedGateway { $0 == 2 ? ScriptedGateway.unanswered : .paid }
            let service = service(log, gateway)
            let error = await #expect(throws: PaymentGatewayError.self) { try await service.step() }
            #expect(error?.madeProgress == true)
            #expect(try paid(log).isEmpty && service.context.pending.isEmpty)
            let again = await #expect(throws: PaymentGatewayError.self) { try await service.step() }
            #expect(again?.madeProgress == false)
            gateway.answer { _ in .paid }
            try await service.drain()
            #expect(try paid(log) == [1, 2, 3])
            #expect(gateway.asked.sorted() == [1, 2, 2, 2, 3])
        }

        @Test func aGatewayThatIsAwayOrAnswersTooFewChargesNothing() async throws {
            let log = log(order(1), order(2))
            let gateway = ScriptedGateway { _ in throw PaymentGatewayError("away") }
            let service = service(log, gateway)
            await #expect(throws: PaymentGatewayError.self) { try await service.step() }
            #expect(try paid(log).isEmpty && letters(log).isEmpty && service.lag == 2)
            gateway.answer { _ in .paid }
            try await service.drain()
            #expect(try paid(log) == [1, 2])
        }

        @Test func aRefusalInABatchThatIsRolledBackIsSetAsideOnce() async throws {
            let log = log(order(1), order(2), order(4, .cancelled))
            let gateway = ScriptedGateway { $0 == 1 ? .refused("answered 422") : ScriptedGateway.unanswered }
            let service = service(log, gateway)
            await #expect(throws: PaymentGatewayError.self) { try await service.step() }
            #expect(letters(log).isEmpty)
            gateway.answer { _ in .paid }
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            #expect(letters(log).isEmpty)
            try await service.drain()
            #expect(letters(log) == ["gateway_refused \(home(1))/0"])
            #expect(try paid(log) == [2])
            // What was answered outlives each rollback.
            #expect(gateway.asked.sorted() == [1, 2, 2])
        }

        @Test(arguments: [true, false]) func anOrderThatWasRefusedIsChargedAtALaterEvent(_ keepsState: Bool)
            async throws
        {
            let log = log(order(1))
            let gateway = ScriptedGateway { _ in .refused("answered 422") }
            let service = service(log, gateway)
            try await service.drain()
            gateway.answer { _ in .paid }
            if !keepsState { service.restart() }
            log.append(order(1, .confirmed), to: Topics.orders)
            // A conflict is not what may be charged.
            log.append(order(1, amount: 5), to: Topics.orders)
            try await service.drain()
            #expect(try log.values(Topics.payments).map(\.amount) == [order(1).amount])
            #expect(letters(log).count == 1)
        }

        @Test func anEventInTheWrongPartitionIsSentHomeUnchangedAndChargedThere() async throws {
            let log = log()
            let headers = [RecordHeader("trace", "abc")]
            log.append(order(1), to: Topics.orders, partition: away(1), at: 77, headers: headers)
            let sent = log.entries("orders", partition: away(1))[0]
            let gateway = ScriptedGateway()
            let service = service(log, gateway)
            service.failsBeforeCommit = Away()
            await #expect(throws: Away.self) { try await service.step() }
            #expect(log.entries("orders", partition: home(1)).isEmpty)
            try await service.drain()
            #expect(log.entries("orders", partition: home(1)) == [sent])
            #expect(try paid(log) == [1])
            #expect(gateway.asked == [1])
        }

        @Test func anEventWithoutAKeyGetsItsOrdersKeyOnItsWayHome() async throws {
            let log = log()
            log.append(order(1), to: Topics.orders, partition: away(1))
            var entry = log.entries("orders", partition: away(1))[0]
            entry.key = nil
            let other = ProcessorTests.log()
            other.append(entry, to: "orders", partition: away(1))
            try await service(other, ScriptedGateway()).drain()
            #expect(other.entries("orders", partition: home(1)).map(\.name) == ["1"])
            #expect(try paid(other) == [1])
        }

        @Test func anOriginalThatAMoveHasCopiedIsNotSentHomeOnceMore() async throws {
            let id = (1...20 as ClosedRange<Int64>).first { home($0) == 1 }!
            let log = log()
            // The one home of before had partition 0; the copy is in the order's home among two.
            log.append(order(id), to: Topics.orders, partition: 0)
            log.append(order(id), to: Topics.orders, partition: 1)
            let service = service(log, ScriptedGateway())
            service.context.layout = moved(from: 1, to: partitions, starts: [1, 0])
            try await service.drain()
            #expect(log.entries("orders", partition: 1).count == 1)
            #expect(try paid(log) == [id])
        }

        @Test(arguments: [1, .max]) func theFirstEventFixesWhatIsCharged(batch: Int) async throws {
            // Cancelled first, then a conflict, then what agrees.
            let log = log(order(1, .cancelled), order(1, amount: 5), order(1), order(2), order(2, amount: 5))
            let gateway = ScriptedGateway()
            try await service(log, gateway).drain(max: batch)
            #expect(try log.values(Topics.payments).map(\.amount) == [order(1).amount, order(2).amount])
            #expect(gateway.asked.count == 2)
            // Analytics says so.
            #expect(letters(log).isEmpty)
        }

        @Test func anOrderThatIsOnlyCancelledIsNeverCharged() async throws {
            let log = log(order(1, .cancelled), order(1, .cancelled))
            let gateway = ScriptedGateway()
            try await service(log, gateway).drain()
            #expect(gateway.asked.isEmpty && log.entries("payments").isEmpty)
        }

        @Test func partitionsThatChangeBetweenTwoBatchesAreChargedOnceByWhoeverHasThem() async throws {
            let log = log(order(1), order(2), order(3), order(4))
            let gateway = ScriptedGateway { $0 == 4 ? ScriptedGateway.unanswered : .paid }
            let (one, two) = (service(log, gateway), service(log, gateway, homes: []))
            await #expect(throws: PaymentGatewayError.self) { try await one.step() }
            gateway.answer { _ in .paid }
            one.assign([0])
            two.assign([1])
            try await two.drain()
            try await one.drain()
            two.assign([])
            one.assign([0, 1])
            for id in 1...4 as ClosedRange<Int64> { log.append(order(id, .confirmed), to: Topics.orders) }
            try await one.drain()
            #expect(try paid(log) == [1, 2, 3, 4])
        }

        @Test func stateComesBackFromTheTopics() async throws {
            let log = log(order(1), order(2, .cancelled))
            let gateway = ScriptedGateway()
            let service = service(log, gateway)
            try await service.drain()
            service.restart()
            for order in [order(1), order(2, amount: 5), order(2), order(1, .cancelled)] {
                log.append(order, to: Topics.orders)
            }
            try await service.drain()
            #expect(try log.values(Topics.payments).map(\.amount) == [order(1).amount, order(2).amount])
        }

        @Test func anOutcomeIsKnownForAsLongAsItsPaymentIsKept() async throws {
            let log = log(order(1))
            let gateway = ScriptedGateway()
            let service = service(log, gateway)
            try await service.drain()
            let place = TopicPartition(topic: "orders", partition: home(1))
            log.deleteRecords(of: place, before: log.end(place))
            service.restart()
            log.append(order(1), to: Topics.orders)
            try await service.drain()
            #expect(gateway.asked == [1])
        }
    }
}

extension ProcessorTests {
    /// A layout whose homes were moved once.
    ///
    /// - Parameter starts: the first offset of each partition of the topic behind what lay there before the move.
    static func moved(from before: Int32, to after: Int32, starts: [Int64], of topic: String = "orders") -> HomeLayout {
        var layout = HomeLayout(homes: before, since: .epoch)
        var epoch = HomeLayout.Epoch(homes: after, since: Timestamp(millisecondsSinceEpoch: 1))
        epoch.starts[topic] = starts
        layout.move = HomeLayout.Move(epoch: epoch, isPrepared: true)
        layout.finishMove(ends: [topic: starts])
        return layout
    }
}
