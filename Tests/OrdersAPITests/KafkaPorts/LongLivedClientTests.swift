import Kafka
import OrderEvents
import Testing

@testable import OrdersAPI

/// What the API keeps for as long as it runs outlasts the topics that it works with.
@Suite(.timeLimit(.minutes(2))) struct LongLivedClientTests {
    private func remake(_ topic: String, _ broker: TestBroker) async throws {
        try await broker.admin.deleteTopics([topic])
        try await broker.admin.createTopics([NewTopic(name: topic, partitions: TestBroker.partitions)])
    }

    @Test func ordersGoOnBeingTakenWhenTheirTopicWasDeletedAndMadeAgain() async throws {
        try await TestBroker.run { broker in
            let board = ClientBoard()
            let log = try KafkaOrderLog(settings: broker.settings, clients: board, logger: broker.logger)
            for round in 1...3 {
                for id in 1...20 { _ = try await log.append(Sample.order(Int64(id)), isTimeAssigned: false) }
                try await remake("orders", broker)
                let partitions = (0..<TestBroker.partitions).map { TopicPartition(topic: "orders", partition: $0) }
                #expect(try await broker.admin.endOffsets(partitions).values.allSatisfy { $0 == 0 })
                // The producer finds out with one of these, and none is refused for it.
                for id in 1...20 { _ = try await log.append(Sample.order(Int64(id)), isTimeAssigned: false) }
                #expect(try await broker.admin.endOffsets(partitions).values.reduce(0, +) >= 20, "round \(round)")
                #expect(board.failing.isEmpty)
            }
            await log.close()
        }
    }

    @Test func aTailWhoseTopicWasDeletedAndMadeAgainBeginsAnew() async throws {
        try await TestBroker.run { broker in
            let board = ClientBoard()
            var options = KafkaAnalyticsTail.Options()
            options.partitionCheckInterval = .milliseconds(100)
            options.pollTimeout = .milliseconds(50)
            let tail = KafkaAnalyticsTail(
                settings: broker.settings, options: options, clients: board, logger: broker.logger)
            let (seen, see) = AsyncStream<Int64>.makeStream()
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let reader = Task {
                while !Task.isCancelled {
                    do {
                        for try await update in tail {
                            switch update {
                            case .positioned: begin.yield()
                            case .records(let records):
                                for record in records {
                                    if let id = record.document?.order.id.rawValue { see.yield(id) }
                                }
                            }
                        }
                    } catch {
                        // As the live feed does: again, after a moment.
                        try? await Task.sleep(for: .milliseconds(50))
                    }
                }
            }
            var beginnings = begun.makeAsyncIterator()
            var ids = seen.makeAsyncIterator()
            await beginnings.next()
            try await broker.commit((1...5).map { (0, Sample.document($0)) })
            for id in 1...5 { #expect(await ids.next() == Int64(id)) }
            try await remake("order-analytics", broker)
            await beginnings.next()
            try await broker.commit([(0, Sample.document(6))], id: "another")
            #expect(await ids.next() == 6)
            #expect(board.failing.isEmpty)
            reader.cancel()
            await reader.value
        }
    }

    @Test func aTailThatFailedIsNoProblemOnceNobodyFollowsIt() async throws {
        let board = ClientBoard()
        let nobody = KafkaSettings(bootstrapServers: "127.0.0.1:1")
        let tail = KafkaAnalyticsTail(settings: nobody, clients: board, logger: LogRecorder().logger)
        let api = try APIFixture(tail: tail) { $0.liveGrace = .seconds(1) }
        try await api.test { _ in
            while board.failing.isEmpty {
                api.service.feed.demand.want()
                try await Task.sleep(for: .milliseconds(100))
            }
            // Ends by the suite's limit where the problem stays.
            while !board.failing.isEmpty { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    @Test func aTailThatSawOnlyAbortedTransactionsIsWell() async throws {
        try await TestBroker.run { broker in
            var options = KafkaAnalyticsTail.Options()
            options.partitionCheckInterval = .milliseconds(50)
            options.pollTimeout = .milliseconds(20)
            options.patience = .milliseconds(300)
            let board = ClientBoard()
            var iterator = KafkaAnalyticsTail(
                settings: broker.settings, options: options, clients: board, logger: broker.logger
            ).makeAsyncIterator()
            _ = try await iterator.next()
            try await broker.commit([(0, Sample.document(1))], abort: true)
            // The pause is the point: several times the tail's patience, with nothing for it to deliver.
            let later = Task {
                try await Task.sleep(for: .seconds(2))
                try await broker.commit([(1, Sample.document(2))])
            }
            guard case .records(let records) = try await iterator.next() else {
                Issue.record("the tail began again")
                return
            }
            #expect(records.compactMap { $0.document?.order.id.rawValue } == [2])
            try await later.value
        }
    }

    @Test func cutsOnTheHealthTopicAreKnownUntilSomebodyHasDealtWithThem() async throws {
        try await TestBroker.run { broker in
            let health = NewTopic(name: Topics.serviceHealth, partitions: 1)
            try await broker.admin.createTopics([health])
            let reader = KafkaServiceHealth(settings: broker.settings, logger: broker.logger)
            let running = Task { try await reader.run() }
            let producer = try KafkaProducer(settings: broker.settings, logger: broker.logger)
            let cut = LogCut(
                service: "payments", group: "payments-group", topic: "orders", partition: 3, from: 120, to: 450,
                kind: .deleted,
                at: Timestamp(millisecondsSinceEpoch: 1_000))
            let value = Array(
                #"{"at":"1970-01-01T00:00:01Z","from":120,"group":"payments-group","kind":"deleted","partition":3,"service":"payments","to":450,"topic":"orders"}"#
                    .utf8)
            _ = try await producer.send(topic: health.name, partition: 0, key: Array(cut.key.utf8), value: value)
            for _ in 0..<200 where await reader.cuts().isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            #expect(await reader.cuts() == [cut])
            #expect(cut.key == "log-cut/payments-group/orders/3/120")
            #expect(cut.lost == 330)
            _ = try await producer.send(topic: health.name, partition: 0, key: Array(cut.key.utf8), value: nil)
            for _ in 0..<200 where await !reader.cuts().isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            #expect(await reader.cuts().isEmpty)
            running.cancel()
            _ = await running.result
            await DedicatedThread(name: "test-close").run { _ = producer.close(timeout: .seconds(2)) }
        }
    }

    @Test func aFailingClientIsAProblemWhileTheBrokerIsThere() {
        struct Failing: ClientProblemSource {
            func problems() -> [SystemProblem] {
                [SystemProblem(part: "api", level: .degraded, code: "client_failed", detail: "d")]
            }
        }
        func health(_ view: ClusterView) -> SystemHealth {
            SystemHealth(
                cluster: view, store: .ok(orders: 1), services: MonitoredService.platform, lagThreshold: 100,
                clients: Failing().problems())
        }
        #expect(health(.healthy).problems.map(\.code) == ["client_failed"])
        #expect(health(.healthy).level == .degraded)
        #expect(health(ClusterView(bootstrap: "b", broker: .unreachable("refused"))).problems.map(\.part) == ["broker"])
    }
}
