import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite struct ProblemTests {
    @Test func aPathThatIsNotThereIsAProblem() async throws {
        try await APIFixture().test { client in
            let response = try await client.get("/api/nothing", headers: [.requestID: "my-request.1"])
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(response.headers[.requestID] == "my-request.1")
            let json = try response.json
            #expect(json.keys == ["detail", "instance", "request_id", "status", "title", "type"])
            #expect(json["instance"]?.string == "/api/nothing")
            #expect(json["request_id"]?.string == "my-request.1")
        }
    }

    @Test(arguments: [("DELETE", "/api/orders", "GET, HEAD, POST"), ("POST", "/healthz", "GET, HEAD")])
    func aMethodThatAPathDoesNotTakeIsAProblemWithThoseItTakes(_ method: String, _ path: String, _ allowed: String)
        async throws
    {
        try await APIFixture().test { client in
            let response = try await client.executeRequest(uri: path, method: .init(method)!, headers: [:], body: nil)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == allowed)
            #expect(try response.json["status"]?.int == 405)
        }
    }

    @Test(arguments: [
        ("/api/orders", "GET, HEAD, OPTIONS, POST"), ("/healthz", "GET, HEAD, OPTIONS"),
        ("/api/orders/17", "GET, HEAD, OPTIONS"),
    ])
    func optionsSayWhatAPathTakes(_ path: String, _ allowed: String) async throws {
        try await APIFixture().test { client in
            let response = try await client.executeRequest(uri: path, method: .options, headers: [:], body: nil)
            #expect(response.status == .noContent && response.headers[.allow] == allowed)
            #expect(
                try await client.executeRequest(uri: "/api/nothing", method: .options, headers: [:], body: nil).status
                    == .notFound)
        }
    }

    @Test func aPathsPlainSpellingIsMeant() async throws {
        try await APIFixture().test { client in
            for path in ["/%61pi/orders", "/api/%6Frders", "/api/%6frders?limit=5", "/healt%68z"] {
                let response = try await client.get(path)
                #expect(response.status == .ok, "\(path)")
            }
            let none = try await client.get("/api/orders/%31")
            #expect(none.status == .notFound)
            let detail = try none.json["detail"]?.string
            #expect(detail?.hasPrefix("There is no order 1") == true)
            // A separator that is encoded separates nothing, and what is no encoding names nothing.
            for path in ["/api%2Forders", "/api/orders%3Flimit=5", "/api/%zzorders", "/api/order%"] {
                let response = try await client.get(path)
                #expect(response.status == .notFound, "\(path)")
            }
        }
    }

    @Test func anErrorOfOursIsLoggedWithTheRequestAndNotShown() async throws {
        let api = try APIFixture(store: BrokenStore(error: OrderStoreError(.corrupt, "page 7 of /var/secret is torn")))
        try await api.test { client in
            // Not by `get`: an error of ours is in no contract.
            let response = try await client.executeRequest(
                uri: "/api/orders", method: .get, headers: [.requestID: "r-17"], body: nil)
            #expect(response.status == .internalServerError)
            #expect(!response.text.contains("secret"))
            #expect(try response.json["request_id"]?.string == "r-17")
        }
        let line = try #require(api.logs.lines.first { $0.level == .error && $0.message == "request failed" })
        #expect("\(line.metadata["request_id"]!)" == "r-17")
        #expect("\(line.metadata["error"]!)".contains("page 7"))
    }

    @Test func aRequestIDThatCouldForgeALogLineIsReplaced() async throws {
        try await APIFixture().test { client in
            let forged = try await client.get("/healthz", headers: [.requestID: "a b=c"])
            #expect(forged.headers[.requestID] != "a b=c")
            #expect(forged.headers[.requestID]?.isEmpty == false)
            let long = try await client.get("/healthz", headers: [.requestID: String(repeating: "a", count: 129)])
            #expect((long.headers[.requestID]?.count ?? 0) < 129)
        }
    }

    @Test func everyRequestIsInTheAccessLog() async throws {
        let api = try APIFixture()
        try await api.test { client in _ = try await client.get("/healthz?x=1", headers: [.requestID: "r1"]) }
        let line = try #require(api.logs.lines.first { $0.message == "request" })
        #expect(line.level == .debug)
        #expect(line.metadata["path"] == "/healthz")
        #expect(line.metadata["status"] == "200")
        #expect(line.metadata["request_id"] == "r1")
    }

    @Test func everyAnswerCarriesTheSecurityHeaders() async throws {
        try await APIFixture().test { client in
            for path in ["/healthz", "/api/nothing", "/", "/api/orders?x=1"] {
                let headers = try await client.get(path).headers
                #expect(headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
                #expect(headers[.contentTypeOptions] == "nosniff")
                #expect(headers[.frameOptions] == "DENY")
                #expect(headers[.referrerPolicy] == "no-referrer")
            }
        }
    }

    @Test func aPageOfAnotherOriginMayNotPost() async throws {
        let api = try APIFixture()
        let draft = #"{"customer_id":5678,"amount":249.99,"currency":"USD","country":"US"}"#
        try await api.test { client in
            let foreign = try await client.post(
                draft, headers: [.contentType: "application/json", .origin: "http://evil.example"])
            #expect(foreign.status == .forbidden)
            #expect(api.log.orders.isEmpty)
            let own = try await client.post(
                draft, headers: [.contentType: "application/json", .origin: "http://localhost"])
            #expect(own.status == .accepted)
        }
    }

    @Test func headIsAnsweredLikeGetWithoutABody() async throws {
        try await APIFixture().test { client in
            let response = try await client.executeRequest(uri: "/healthz", method: .head, headers: [:], body: nil)
            #expect(response.status == .ok)
            #expect(response.headers[.contentLength] == "15")
            #expect(response.body.readableBytes == 0)
            let events = try await client.executeRequest(uri: "/api/events", method: .head, headers: [:], body: nil)
            #expect(events.status == .ok)
            #expect(events.headers[.contentType] == "text/event-stream")
        }
    }
}
