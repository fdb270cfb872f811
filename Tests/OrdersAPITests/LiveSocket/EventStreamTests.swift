import Foundation
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
    private func id(_ event: String) -> String? {
        event.split(separator: "\n").first { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    }

    private func data(_ event: String?) throws -> JSONValue {
        let line = try #require(event?.split(separator: "\n").first { $0.hasPrefix("data: ") })
        return try JSONValue(String(line.dropFirst(6)))
    }

    @Test func aChangeReachesAClientAsItIsCommitted() async throws {
        try await RunningServer.run { server in
            server.api.service.feed.demand.want()
            await server.api.tail.send(.positioned([0: 10, 1: 0]))
            try await server.listen { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 200"))
                #expect(head.lowercased().contains("content-type: text/event-stream"))
                #expect(head.lowercased().contains("cache-control: no-store"))
                #expect(try await response.event() == "retry: 2000")
                let first = try #require(try await response.event())
                #expect(first.hasPrefix("event: stats\n"))
                #expect(id(first) == "0-9.1-")
                await server.api.tail.send([Sample.record(0, 10, Sample.document(17, paid: true))])
                let order = try #require(try await response.event())
                #expect(order.hasPrefix("event: order\n"))
                #expect(id(order) == "0-10.1-")
                #expect(try data(order)["order_id"]?.int == 17)
                #expect(try data(order)["payment.status"]?.string == "PAID")
            }
        }
    }

    @Test func figuresFollowAsTheyChange() async throws {
        try await RunningServer.run { server in
            server.api.service.feed.demand.want()
            await server.api.tail.send(.positioned([0: 0]))
            try await server.listen { response in
                _ = try await response.head()
                _ = try await response.event(named: "stats")
                await server.api.tail.send([
                    TailRecord(
                        partition: 0, offset: 0, event: .aggregate(Sample.aggregate(.allTime, orders: 4, sales: 1050))),
                    TailRecord(
                        partition: 0, offset: 1,
                        event: .aggregate(Sample.aggregate(.minute(start: Sample.minute()), orders: 2, sales: 30))),
                ])
                let stats = try data(try await response.event(named: "stats"))
                #expect(stats["totals.orders"]?.int == 4)
                #expect(stats["points.0.start"]?.string == "2026-01-15T10:30:00Z")
                #expect(stats["points.0.orders"]?.int == 2)
            }
        }
    }

    @Test func aClientThatComesBackGoesOnWhereItWas() async throws {
        try await RunningServer.run { server in
            server.api.service.feed.demand.want()
            await server.api.tail.send(.positioned([0: 0]))
            await server.api.tail.send([Sample.record(0, 0, Sample.document(1))])
            let seen = try await server.listen { response in
                _ = try await response.head()
                return id(try await response.event(named: "stats") ?? "")
            }
            #expect(seen == "0-0")
            await server.api.tail.send([
                Sample.record(0, 1, Sample.document(2)), Sample.record(0, 2, Sample.document(3)),
            ])
            try await server.listen(lastEventID: seen) { response in
                _ = try await response.head()
                #expect(try data(try await response.event(named: "order"))["order_id"]?.int == 2)
                #expect(try data(try await response.event(named: "order"))["order_id"]?.int == 3)
            }
            try await server.listen(lastEventID: "0-77") { response in
                _ = try await response.head()
                _ = try await response.event()
                #expect(try await response.event()?.hasPrefix("event: reset\n") == true)
            }
        }
    }

    @Test func changesOfOneOrderInOneCommitArriveAsItsLatest() async throws {
        try await RunningServer.run { server in
            server.api.service.feed.demand.want()
            await server.api.tail.send(.positioned([0: 0]))
            try await server.listen { response in
                _ = try await response.head()
                _ = try await response.event(named: "stats")
                await server.api.tail.send((0..<5).map { Sample.record(0, $0, Sample.document(1, revision: $0 + 1)) })
                #expect(try data(try await response.event(named: "skipped"))["count"]?.int == 4)
                #expect(try data(try await response.event(named: "order"))["revision"]?.int == 5)
            }
        }
    }

    @Test func aSilentStreamIsKeptAliveByComments() async throws {
        try await RunningServer.run { server in
            try await server.listen { response in
                _ = try await response.head()
                _ = try await response.event(named: "stats")
                // Comes back for more before it counts as waiting; asking again finds it so.
                var comment: String?
                while comment == nil {
                    server.api.service.hub.maintain(now: .now + .seconds(16))
                    comment = server.api.service.hub.clientCount == 1 ? try await response.event() : ""
                }
                #expect(comment == ": keep-alive")
            }
        }
    }

    @Test func atAStopEveryStreamEndsWithByeAndNoneIsCutOff() async throws {
        try await RunningServer.run { server in
            try await withThrowingTaskGroup(of: Void.self) { clients in
                let (arrivals, arrived) = AsyncStream<Void>.makeStream()
                for _ in 0..<5 {
                    clients.addTask {
                        try await server.listen { response in
                            _ = try await response.head()
                            _ = try await response.event(named: "stats")
                            arrived.yield()
                            #expect(try await response.event() == "event: bye\ndata: {}")
                            #expect(try await response.event() == nil)
                        }
                    }
                }
                var waiting = arrivals.makeAsyncIterator()
                for _ in 0..<5 { _ = await waiting.next() }
                await server.stop()
                // Nothing was cut off: each client saw the end of its stream, and the server has none left.
                try await clients.waitForAll()
                #expect(server.api.service.hub.clientCount == 0)
                #expect(!server.api.logs.lines.contains { $0.message.hasPrefix("Cut off requests") })
            }
        }
    }

    @Test func aClientThatLeavesIsNoticedAtOnce() async throws {
        try await RunningServer.run { server in
            try await server.listen { response in
                _ = try await response.head()
                _ = try await response.event(named: "stats")
                #expect(server.api.service.hub.clientCount == 1)
            }
            try await eventually { server.api.service.hub.clientCount == 0 }
        }
    }

    @Test func aClientThatDoesNotReadIsDroppedAndHoldsUpNeitherOthersNorTheStop() async throws {
        try await RunningServer.run { server in
            server.api.service.feed.demand.want()
            await server.api.tail.send(.positioned([0: 0]))
            let hub = server.api.service.hub
            try await server.listen { slow in
                _ = try await slow.head()
                _ = try await slow.event(named: "stats")
                // Reads no more: the sockets' buffers fill (a few MB), then the server's write waits.
                for batch in 0..<200 {
                    await server.api.tail.send(
                        (0..<256).map {
                            Sample.record(0, Int64(batch * 256 + $0), Sample.document(Int64(batch * 256 + $0 + 1)))
                        })
                }
                #expect(hub.clientCount == 1)
                try await eventually {
                    hub.maintain(now: .now + .seconds(11))
                    return hub.clientCount == 0
                }
                _ = await slow.drain()
            }
            try await server.listen { response in
                _ = try await response.head()
                #expect(try await response.event(named: "stats") != nil)
            }
        }
    }

    @Test func oneClientMoreThanAllowedIsTurnedAway() async throws {
        try await RunningServer.run {
            $0.events.maximumClients = 1
        } _: { server in
            try await server.listen { first in
                _ = try await first.head()
                _ = try await first.event(named: "stats")
                try await server.listen { second in
                    let head = try await second.head()
                    #expect(head.hasPrefix("HTTP/1.1 503"))
                    #expect(head.contains("application/problem+json"))
                }
            }
        }
    }
}

/// Looks until the condition holds: for what happens on another thread and says nothing. Gives up after 10 s.
func eventually(_ condition: @Sendable () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition() {
        try #require(.now < deadline, "it did not come about within 10 s")
        try await Task.sleep(for: .milliseconds(5))
    }
}
