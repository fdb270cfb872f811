import APIAccess
import HTTPTypes
import HummingbirdTesting
import OrderEvents
import Testing

@testable import OrdersAPI

/// What each route asks of its caller, tried route by route: whatever is added to the table is tried too.
@Suite(.timeLimit(.minutes(1))) struct RouteAccessTests {
    private static let order = #"{"customer_id":1,"amount":1,"currency":"USD","country":"US"}"#

    /// A request for the endpoint; the event stream as HEAD, since it does not end.
    private func send(_ endpoint: Endpoint, _ client: any TestClientProtocol, _ headers: HTTPFields) async throws
        -> TestResponse
    {
        let path = endpoint.path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : $0 }.joined(separator: "/")
        let method: HTTPRequest.Method = endpoint.path == "/api/events" ? .head : endpoint.method
        return try await client.send(
            method, "/" + path, headers, body: endpoint.requestBody == nil ? nil : Self.order)
    }

    @Test func withoutCredentialsNothingAnswersButTheProbeAndTheSignIn() async throws {
        let fixture = try APIFixture(access: try Access().control)
        let endpoints = fixture.service.routes.table.routes.map(\.endpoint)
        try await fixture.test { client in
            for endpoint in endpoints {
                let answer = try await send(endpoint, client, [:])
                if endpoint.access == .anyone {
                    #expect(answer.status != .unauthorized || endpoint.path == "/api/session", "\(endpoint.path)")
                    continue
                }
                #expect(answer.status == .unauthorized, "\(endpoint.method) \(endpoint.path)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"orders\"")
                guard answer.body.readableBytes > 0 else { continue }
                let type = try answer.json["type"]?.string
                #expect(type?.hasSuffix(":unauthenticated") == true)
            }
            for path in ["/api", "/api/nothing", "/api/orders/1/x"] {
                #expect(try await client.get(path).status == .unauthorized)
            }
            for (method, path) in [(.delete, "/api/orders"), (.options, "/api/orders"), (.put, "/metrics")]
                as [(HTTPRequest.Method, String)]
            {
                #expect(try await client.send(method, path).status == .unauthorized)
            }
            let health = try await client.get("/healthz")
            #expect(health.status == .ok && health.text == #"{"status":"ok"}"#)
        }
        #expect(fixture.log.orders.isEmpty)
    }

    @Test func eachScopeOpensItsOwnRoutesAndNoOthers() async throws {
        let access = try Access()
        let fixture = try APIFixture(access: access.control)
        let endpoints = fixture.service.routes.table.routes.map(\.endpoint)
        try await fixture.test { client in
            for endpoint in endpoints {
                guard case .scope(let needed) = endpoint.access else { continue }
                for scope in Scope.allCases {
                    let answer = try await send(endpoint, client, .bearer(access.key(scope)))
                    let name = "\(endpoint.method) \(endpoint.path) with \(scope)"
                    if scope == needed {
                        #expect(answer.status != .forbidden && answer.status != .unauthorized, "\(name)")
                    } else {
                        #expect(answer.status == .forbidden, "\(name)")
                        #expect(
                            answer.headers[.wwwAuthenticate]?.contains(
                                "error=\"insufficient_scope\", scope=\"\(needed.rawValue)\"") == true)
                    }
                }
            }
        }
    }

    @Test func aKeyIsTakenFromEitherHeaderAndNeverFromTheAddress() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            for headers in [
                .bearer(access.read), [.authorization: "bearer \(access.read.text)"], [.apiKey: access.read.text],
            ] as [HTTPFields] {
                #expect(try await client.get("/api/stats", headers: headers).status == .ok)
            }
            for headers in [
                [.authorization: "Basic \(access.read.text)"], [.authorization: access.read.text],
                [.authorization: "Bearer"], [.apiKey: access.read.text + "x"], [.authorization: "Bearer a.b.c"],
            ] as [HTTPFields] {
                let answer = try await client.get("/api/stats", headers: headers)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate]?.contains("error=\"invalid_token\"") == true)
            }
            #expect(try await client.get("/api/orders?api_key=\(access.read.text)").status == .unauthorized)
        }
    }

    @Test func aRevokedAndAnExpiredKeyAreRefused() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            #expect(try await client.get("/api/stats", headers: .bearer(access.read)).status == .ok)
            try await access.revoke(access.read)
            let revoked = try await client.get("/api/stats", headers: .bearer(access.read))
            #expect(revoked.status == .unauthorized && revoked.text.contains("revoked"))
            access.clock.wait(seconds: 3_600)
            let expired = try await client.get("/api/stats", headers: .bearer(access.all))
            #expect(expired.status == .unauthorized && expired.text.contains("expired"))
        }
    }

    @Test func wrongCredentialsAreSlowedDownAndRightOnesAreNot() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            for _ in 0..<10 {
                #expect(try await client.get("/api/stats", headers: [.apiKey: "ord_wrong"]).status == .unauthorized)
            }
            let slow = try await client.get("/api/stats", headers: [.apiKey: "ord_wrong"])
            #expect(slow.status == .tooManyRequests && slow.headers[.retryAfter] == "5")
            #expect(try await client.get("/api/stats", headers: .bearer(access.read)).status == .ok)
        }
    }

    @Test func theQuotaStandsInEveryAnswerAndItsEndIs429() async throws {
        let access = try Access(limits: [.read: RateLimit(perSecond: 1)])
        try await APIFixture(access: access.control).test { client in
            for left in (1..<10).reversed() {
                let answer = try await client.get("/api/stats", headers: .bearer(access.read))
                #expect(answer.headers[.rateLimitPolicy] == "\"read\";q=10;w=10")
                #expect(answer.headers[.rateLimit] == "\"read\";r=\(left);t=\(10 - left)")
            }
            let missing = try await client.get("/api/orders/77", headers: .bearer(access.read))
            #expect(missing.status == .notFound && missing.headers[.rateLimit] == "\"read\";r=0;t=10")
            let refused = try await client.get("/api/stats", headers: .bearer(access.read))
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "1" && refused.headers[.rateLimit] != nil)
            #expect(try await client.get("/api/stats", headers: .bearer(access.all)).status == .ok)
            access.clock.wait(seconds: 1)
            #expect(try await client.get("/api/stats", headers: .bearer(access.read)).status == .ok)
        }
    }

    @Test func noSecretStandsInTheLogTheMetricsOrAnAnswer() async throws {
        let access = try Access()
        let fixture = try APIFixture(access: access.control)
        try await fixture.test { client in
            var said = ""
            for key in [access.read.text, access.read.text + "x", APIKeyText.make().text] {
                for path in ["/api/stats", "/api/orders/\(1)", "/metrics"] {
                    let answer = try await client.get(path, headers: [.authorization: "Bearer \(key)"])
                    said += answer.text + "\(answer.headers)"
                }
            }
            said += try await client.signIn(access.read).text
            said += try await client.signIn(.make()).text
            said += "\(fixture.logs.lines)" + access.audit
            let secret = access.read.text.dropFirst(13).prefix(20)
            #expect(!said.contains(secret))
            #expect(access.audit.contains("sign in"))
        }
    }
}
