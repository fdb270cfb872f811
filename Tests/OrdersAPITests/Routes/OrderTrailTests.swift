import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite("The trail of an order")
struct OrderTrailTests {
    /// Knows where the order's own events are, and nothing else.
    private struct Finder: RecordFinder {
        func places(of id: OrderID, _ steps: [TrailStep]) async -> [RecordPlaceInLog?] {
            steps.map { $0.topic == "orders" ? RecordPlaceInLog(partition: 3, offset: 812, traceID: "4bf9") : nil }
        }
    }

    @Test("each step has its topic and the time since the one before, and its place where it was found")
    func places() async throws {
        let api = try APIFixture(finder: Finder())
        try await api.store.apply(StoreBatch(orders: [Sample.document(1, paid: true)]))
        try await api.test { client in
            let json = try await client.get("/api/orders/1").json
            #expect(json["trail.0.topic"]?.string == "orders" && json["trail.0.latency_ms"] == nil)
            #expect(json["trail.0.partition"]?.int == 3 && json["trail.0.offset"]?.int == 812)
            #expect(json["trail.0.trace_id"]?.string == "4bf9" && json["trail.1.trace_id"] == nil)
            #expect(json["trail.1.topic"]?.string == "payments" && json["trail.1.latency_ms"]?.int == 40)
            #expect(json["trail.1.partition"] == nil && json["trail.1.offset"] == nil)
        }
    }
}
