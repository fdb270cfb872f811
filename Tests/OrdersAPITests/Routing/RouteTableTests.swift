import Testing

@testable import OrdersAPI

@Suite struct RouteTableTests {
    private func table() throws -> RouteTable { try APIFixture().service.routes.table }

    @Test func everyEndpointOfTheContractIsThere() throws {
        let endpoints = Set(try table().routes.map { "\($0.endpoint.method) \($0.endpoint.path)" })
        #expect(
            endpoints == [
                "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/analytics", "GET /api/stats",
                "GET /api/stats/timeseries",
                "GET /api/orders", "POST /api/orders", "GET /api/orders/{id}", "GET /api/alerts",
                "GET /api/webhooks/deliveries", "POST /api/webhooks/deliveries/{webhook_id}/redeliver",
                "POST /api/webhooks/endpoints/{name}/enable", "GET /api/events",
                "GET /api/system",
                "GET /api/dead-letters", "GET /api/dead-letters/{topic}/{group}/{partition}/{offset}",
                "POST /api/dead-letters/replay", "POST /api/dead-letters/discard", "GET /api/exports/orders",
                "GET /api/exports/alerts", "GET /api/exports/dead-letters", "GET /openapi.json", "GET /docs",
                "GET /docs/style.css", "GET /api/session", "POST /api/session", "DELETE /api/session",
            ])
    }

    /// A route without access does not compile; what this fixes is that nobody opens one by mistake.
    @Test func onlyTheLivenessProbeAndTheSignInAreForAnyoneAndEachChangeNeedsMoreThanReading() throws {
        let open = ["GET /healthz", "POST /api/session", "DELETE /api/session"]
        for endpoint in try table().routes.map(\.endpoint) {
            let name = "\(endpoint.method) \(endpoint.path)"
            #expect((endpoint.access == .anyone) == open.contains(name), "\(name)")
            if endpoint.method != .get { #expect(endpoint.access != .scope(.read), "\(name)") }
        }
    }

    @Test func aPathTellsItsMethods() throws {
        let table = try table()
        #expect(table.methods(ofPath: "/api/orders") == ["GET", "HEAD", "POST"])
        #expect(table.methods(ofPath: "/api/orders/17") == ["GET", "HEAD"])
        #expect(table.methods(ofPath: "/api/orders/17/x").isEmpty)
        #expect(table.methods(ofPath: "/nothing").isEmpty)
    }

    @Test func everyEndpointIsDescribedWellEnoughForAnOpenAPIDocument() throws {
        for endpoint in try table().routes.map(\.endpoint) {
            #expect(!endpoint.summary.isEmpty)
            #expect(!endpoint.responses.isEmpty)
            let parameters = endpoint.parameters
            #expect(Set(parameters.map { "\($0.location) \($0.name)" }).count == parameters.count)
            #expect(parameters.allSatisfy { !$0.description.isEmpty && !$0.schema.expectation.isEmpty })
            let inPath = endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            #expect(inPath == parameters.filter { $0.location == .path }.map(\.name))
            #expect(endpoint.method == .post || endpoint.requestBody == nil)
        }
    }
}
