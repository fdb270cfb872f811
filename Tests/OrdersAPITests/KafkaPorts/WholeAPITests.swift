import Kafka
import OrderEvents
import Testing

@testable import OrdersAPI

/// The API over a real broker and a real store, on a real socket: nothing faked.
@Suite(.timeLimit(.minutes(2))) struct WholeAPITests {
    private func run(_ body: @escaping @Sendable (TestBroker, RunningServer) async throws -> Void) async throws {
        try await TestBroker.run { broker in
            let log = try KafkaOrderLog(settings: broker.settings, logger: broker.logger)
            let inspector = try KafkaClusterInspector(settings: broker.settings, logger: broker.logger)
            try await RunningServer.run(
                log: log, tail: KafkaAnalyticsTail(settings: broker.settings, logger: broker.logger),
                inspector: inspector
            ) { server in
                try await body(broker, server)
            }
            await log.close()
            await inspector.close()
        }
    }

    @Test func anOrderGoesFromThePostToTheLogAndACommittedChangeToTheStream() async throws {
        try await run { broker, server in
            let draft = #"{"order_id":42,"customer_id":1,"amount":1.50,"currency":"USD","country":"US"}"#
            let post =
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(draft.utf8.count)\r\n\r\n"
            try await server.connect(post + draft) { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 202"))
                #expect(head.lowercased().contains("location: /api/orders/42"))
            }
            let places = try await broker.admin.partitions(ofTopics: ["orders"])
            let ends = try await broker.admin.endOffsets(places)
            #expect(ends.values.reduce(0, +) == 1)
            let seen = try await server.listen { response in
                _ = try await response.head()
                let stats = try #require(try await response.event(named: "stats"))
                try await broker.commit([(0, Sample.document(42)), (1, Sample.document(43))], abort: true)
                try await broker.commit([(1, Sample.document(42, revision: 2, paid: true))])
                let order = try #require(try await response.event(named: "order"))
                #expect(order.contains("\"order_id\":42,"))
                #expect(order.contains("\"status\":\"PAID\""))
                return stats.split(separator: "\n").last { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
            }
            #expect(seen == "0-.1-.2-")
            try await server.listen(lastEventID: seen) { response in
                _ = try await response.head()
                let order = try #require(try await response.event(named: "order"))
                #expect(order.contains("\"order_id\":42,"))
            }
        }
    }

    @Test func theSystemPageSaysWhenTheBrokerIsAway() async throws {
        try await run { broker, server in
            let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let ready = try await server.connect(request) { try await $0.head() }
            #expect(ready.hasPrefix("HTTP/1.1 200"))
            await broker.broker.stop()
            // The last look stands for a second.
            var head = ready
            let deadline = ContinuousClock.now + .seconds(20)
            while head.hasPrefix("HTTP/1.1 200"), .now < deadline {
                head = try await server.connect(request) { try await $0.head() }
            }
            #expect(head.hasPrefix("HTTP/1.1 503"))
        }
    }
}
