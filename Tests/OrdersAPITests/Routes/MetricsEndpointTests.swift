import Hummingbird
import HummingbirdTesting
import Logging
import Secrets
import Telemetry
import Testing

@testable import OrdersAPI

@Suite struct MetricsEndpointTests {
    private func endpoint(_ host: String, token: Secret?) throws(OrdersAPIError) -> MetricsEndpoint {
        try MetricsEndpoint(
            host: host, port: 0, token: token, registry: PrometheusRegistry(), logger: Logger(label: "test"),
            onListening: { _ in })
    }

    @Test func onLoopbackThePageAsksForNothing() async throws {
        let application = Application(router: try endpoint("127.0.0.1", token: nil).makeRouter())
        try await application.test(.router) { client in
            let answer = try await client.execute(uri: "/metrics", method: .get)
            #expect(answer.status == .ok)
            #expect(String(buffer: answer.body).contains("# TYPE process_open_fds gauge"))
        }
    }

    @Test func whereATokenIsSetNobodyElseIsLetIn() async throws {
        let application = Application(router: try endpoint("0.0.0.0", token: "sixteen-or-more-x").makeRouter())
        try await application.test(.router) { client in
            for (shown, status) in [
                (nil, HTTPResponse.Status.unauthorized), ("Bearer sixteen-or-more-y", .unauthorized),
                ("Bearer ", .unauthorized), ("Basic sixteen-or-more-x", .unauthorized),
                ("Bearer sixteen-or-more-x", .ok), ("bearer sixteen-or-more-x", .ok),
            ] {
                let headers: HTTPFields = shown.map { [.authorization: $0] } ?? [:]
                let answer = try await client.execute(uri: "/metrics", method: .get, headers: headers)
                #expect(answer.status == status, "\(shown ?? "nothing")")
            }
        }
    }

    @Test func anAddressThatOthersReachNeedsATokenThatCannotBeGuessed() throws {
        #expect(throws: OrdersAPIError.self) { try endpoint("0.0.0.0", token: nil) }
        #expect(throws: OrdersAPIError.self) { try endpoint("0.0.0.0", token: "short") }
        #expect(throws: OrdersAPIError.self) { try endpoint("127.0.0.1", token: "short") }
    }
}
