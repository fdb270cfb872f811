import Kafka
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(2))) struct KafkaPortTests {
    private func ids(_ update: TailUpdate?) -> [Int64] {
        guard case .records(let records) = update else { return [] }
        return records.compactMap { $0.document?.order.id.rawValue }
    }

    @Test func anAppendedOrderIsInTheLogUnderItsKeyWhenTheReceiptComes() async throws {
        try await TestBroker.run { broker in
            let log = try KafkaOrderLog(settings: broker.settings, logger: broker.logger)
            let first = try await log.append(Sample.order(17), isTimeAssigned: false)
            let second = try await log.append(Sample.order(17, status: .confirmed), isTimeAssigned: true)
            #expect(first.partition == second.partition)
            #expect(first.offset == 0)
            #expect(second.offset == 1)
            let place = TopicPartition(topic: "orders", partition: first.partition)
            #expect(try await broker.admin.endOffsets([place]) == [place: 2])
            await log.close()
        }
    }

    @Test func aLogThatIsAwayFailsWithinItsTimeAndSaysThatItMayComeBack() async throws {
        try await TestBroker.run { broker in
            let log = try KafkaOrderLog(settings: broker.settings, timeout: .seconds(1), logger: broker.logger)
            _ = try await log.append(Sample.order(1), isTimeAssigned: false)
            await broker.broker.stop()
            let started = ContinuousClock.now
            let error = await #expect(throws: OrderLogError.self) {
                try await log.append(Sample.order(2), isTimeAssigned: false)
            }
            #expect(error?.isRetriable == true)
            #expect(.now - started < .seconds(10))
            await log.close(timeout: .milliseconds(500))
        }
    }

    @Test func theTailBeginsAtTheEndAndShowsWhatIsCommittedAndNothingElse() async throws {
        try await TestBroker.run { broker in
            try await broker.commit([(0, Sample.document(1)), (1, Sample.document(2))])
            let tail = KafkaAnalyticsTail(settings: broker.settings, logger: broker.logger).makeAsyncIterator()
            var iterator = tail
            guard case .positioned(let positions) = try await iterator.next() else {
                Issue.record("the first element names no position")
                return
            }
            #expect(positions.count == Int(TestBroker.partitions))
            #expect(positions[2] == 0)
            #expect((positions[0] ?? 0) >= 1)
            try await broker.commit([(0, Sample.document(3))], abort: true)
            try await broker.commit([(2, Sample.document(4))])
            #expect(ids(try await iterator.next()) == [4])
        }
    }

    @Test func aRecordThatIsNoEventMovesThePositionAndIsNotShown() async throws {
        try await TestBroker.run { broker in
            var iterator = KafkaAnalyticsTail(settings: broker.settings, logger: broker.logger).makeAsyncIterator()
            _ = try await iterator.next()
            let producer = try KafkaProducer(settings: broker.settings, logger: broker.logger)
            _ = try await producer.send(
                topic: "order-analytics", partition: 0, key: [0x31], value: Array("nonsense".utf8))
            _ = try await producer.send(topic: "order-analytics", partition: 0, key: [0x31], value: nil)
            var records: [TailRecord] = []
            while records.count < 2 {
                if case .records(let more) = try await iterator.next() { records += more }
            }
            #expect(records.map(\.offset) == [0, 1])
            #expect(records.allSatisfy { $0.event == nil })
            await DedicatedThread(name: "test-close").run { _ = producer.close(timeout: .seconds(2)) }
        }
    }

    @Test func partitionsThatAreAddedAreReadFromTheirBeginning() async throws {
        try await TestBroker.run { broker in
            var options = KafkaAnalyticsTail.Options()
            options.partitionCheckInterval = .milliseconds(100)
            options.pollTimeout = .milliseconds(50)
            var iterator = KafkaAnalyticsTail(settings: broker.settings, options: options, logger: broker.logger)
                .makeAsyncIterator()
            _ = try await iterator.next()
            try await broker.admin.createPartitions(topic: "order-analytics", total: Int(TestBroker.partitions) + 1)
            try await broker.commit([(TestBroker.partitions, Sample.document(5)), (0, Sample.document(6))])
            var seen: [Int64] = []
            var added: [Int32: Int64] = [:]
            while seen.count < 2 {
                let update = try await iterator.next()
                if case .positioned(let positions) = update { added.merge(positions) { $1 } }
                seen += ids(update)
            }
            #expect(Set(seen) == [5, 6])
            #expect(added == [TestBroker.partitions: 0])
        }
    }

    @Test func aTopicThatIsNotThereIsAnErrorAndIsNotMade() async throws {
        try await TestBroker.run(topics: false) { broker in
            var iterator = KafkaAnalyticsTail(settings: broker.settings, logger: broker.logger).makeAsyncIterator()
            await #expect(throws: KafkaError.self) { _ = try await iterator.next() }
            let topics = try await broker.admin.metadata().topics
            #expect(topics.filter { !$0.name.hasPrefix("__") }.isEmpty)
        }
    }

    @Test func aCancelledTailEnds() async throws {
        try await TestBroker.run { broker in
            let tail = KafkaAnalyticsTail(settings: broker.settings, logger: broker.logger)
            let (positions, positioned) = AsyncStream<Void>.makeStream()
            let reader = Task {
                for try await update in tail {
                    if case .positioned = update { positioned.yield() }
                }
            }
            _ = await positions.first { _ in true }
            reader.cancel()
            try await reader.value
        }
    }

    @Test func theInspectorTellsTopicsMembersAndLag() async throws {
        try await TestBroker.run { broker in
            let log = try KafkaOrderLog(settings: broker.settings, logger: broker.logger)
            let receipt = try await log.append(Sample.order(1), isTimeAssigned: false)
            _ = try await log.append(Sample.order(1), isTimeAssigned: false)
            let place = TopicPartition(topic: "orders", partition: receipt.partition)
            let member = try KafkaConsumer(
                settings: broker.settings, group: "payments-group", clientID: "member", logger: broker.logger)
            try member.commit([place: 1])
            member.close()
            let inspector = try KafkaClusterInspector(settings: broker.settings, logger: broker.logger)
            let view = await inspector.look()
            #expect(view.broker == .reachable)
            #expect(view.topics.first { $0.name == "orders" } == .init(name: "orders", partitions: 3, offsets: 2))
            let payments = try #require(view.groups.first { $0.name == "payments-group" })
            #expect(payments.lag == 1)
            #expect(payments.members == 0)
            #expect(payments.partitions.count == 3)
            #expect(view.groups.first { $0.name == "fraud-group" }?.lag == 2)
            await inspector.close()
            await log.close()
        }
    }

    @Test func aBrokerThatIsAwayIsSaidInSeconds() async throws {
        try await TestBroker.run { broker in
            let inspector = try KafkaClusterInspector(settings: broker.settings, lifetime: .zero, logger: broker.logger)
            #expect(await inspector.look().broker == .reachable)
            await broker.broker.stop()
            let started = ContinuousClock.now
            let view = await inspector.look()
            #expect(view.broker != .reachable)
            #expect(.now - started < .seconds(5))
            await inspector.close()
        }
    }
}
