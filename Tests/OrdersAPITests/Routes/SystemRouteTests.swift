import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite struct SystemRouteTests {
    @Test func aLivingProcessSaysSo() async throws {
        try await APIFixture().test { client in
            let response = try await client.get("/healthz")
            #expect(response.text == #"{"status":"ok"}"#)
            #expect(response.headers[.contentType] == "application/json")
        }
    }

    @Test func readinessNeedsTheBrokerAndTheStore() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let ready = try await client.get("/readyz")
            #expect(ready.status == .ok)
            #expect(ready.text == #"{"status":"ready","broker":{"status":"ok"},"store":{"status":"ok"},"problems":[]}"#)
            api.inspector.set(ClusterView(bootstrap: "b", broker: .unreachable("connection refused")))
            let notReady = try await client.get("/readyz")
            #expect(notReady.status == .serviceUnavailable)
            #expect(try notReady.json["status"]?.string == "not_ready")
            #expect(try notReady.json["broker.detail"]?.string == "connection refused")
            #expect(try notReady.json["problems.0.part"]?.string == "broker")
            #expect(try notReady.json["problems.0.level"]?.string == "down")
            #expect(try notReady.json["problems.0.code"]?.string == "unreachable")
            #expect(try notReady.json["problems.0.detail"]?.string == "no broker answers at b: connection refused")
            #expect(try notReady.json["problems.0.since"]?.string == Sample.now.description)
            #expect(try notReady.json["problems"]?.count == 1)
        }
        let broken = try APIFixture(store: BrokenStore(error: OrderStoreError(.storage, "disk full")))
        try await broken.test { client in
            let response = try await client.get("/readyz")
            #expect(response.status == .serviceUnavailable)
            #expect(try response.json["store.detail"]?.string == "disk full")
        }
    }

    @Test func theSystemShowsEveryServiceWithItsLag() async throws {
        let api = try APIFixture()
        try await api.store.apply(StoreBatch(orders: [Sample.document(1)]))
        try await api.test { client in
            let json = try await client.get("/api/system").json
            #expect(json["status"]?.string == "ok")
            #expect(json["version"]?.string == "1.2.3")
            #expect((json["uptime_seconds"]?.int ?? -1) >= 0)
            #expect(json["broker.bootstrap"]?.string == "127.0.0.1:9092")
            #expect(json["store.kind"]?.string == "sqlite")
            #expect(json["store.orders"]?.int == 1)
            #expect(json["services"]?.count == 5)
            #expect(json["services.1.name"]?.string == "payments")
            #expect(json["services.1.group"]?.string == "payments-group")
            #expect(json["services.1.members"]?.int == 1)
            #expect(json["services.1.lag"]?.int == 2)
            #expect(json["services.1.partitions.0.topic"]?.string == "orders")
            #expect(json["topics.0.offsets"]?.int == 12)
        }
    }

    @Test func metricsAreShownByRouteTemplateAndStatus() async throws {
        let api = try APIFixture()
        try await api.test { client in
            _ = try await client.get("/api/orders/1")
            _ = try await client.get("/api/orders/2")
            _ = try await client.get("/api/nothing")
            let response = try await client.get("/metrics")
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(
                response.text.contains(
                    #"http_server_requests_total{method="GET",route="/api/orders/{id}",status="404"} 2"#))
            #expect(
                response.text.contains(#"http_server_requests_total{method="GET",route="NotFound",status="404"} 1"#))
            #expect(
                response.text.contains(
                    #"http_server_request_duration_seconds_count{method="GET",route="/api/orders/{id}"} 2"#))
            #expect(response.text.contains("# HELP http_server_requests_total HTTP requests.\n"))
        }
    }

    @Test func manyWhoAskAtOnceCostOneLook() async throws {
        let inspector = FakeInspector()
        let cache = TimedCache(lifetime: .seconds(60)) { await inspector.look() }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = await cache.value() } }
        }
        #expect(inspector.looks == 1)
    }
}
