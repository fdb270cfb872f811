import APIAccess
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    private func cookie(_ answer: TestResponse) throws -> String {
        try String(#require(answer.headers[.setCookie]?.split(separator: ";").first))
    }

    @Test func aKeySignsABrowserInAndOut() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            #expect(try await client.get("/api/session").status == .unauthorized)
            let answer = try await client.signIn(access.all)
            #expect(answer.status == .ok)
            #expect(try answer.json["authentication"]?.string == "required")
            let header = try #require(answer.headers[.setCookie])
            #expect(header.hasPrefix("orders_session=") && header.hasSuffix("; HttpOnly; SameSite=Strict"))
            #expect(!header.contains(access.all.text))
            let headers: HTTPFields = [.cookie: "theme=dark; \(try cookie(answer))"]
            #expect(try await client.get("/api/session", headers: headers).json["name"]?.string == "read+write+operate")
            #expect(try await client.get("/api/stats", headers: headers).status == .ok)
            let order = #"{"customer_id":1,"amount":1,"currency":"USD","country":"US"}"#
            #expect(try await client.post(order, headers: headers).status == .accepted)
            let out = try await client.send(.delete, "/api/session", headers)
            #expect(out.status == .noContent)
            #expect(out.headers[values: .setCookie].allSatisfy { $0.contains("Max-Age=0") })
            #expect(try await client.get("/api/stats", headers: headers).status == .unauthorized)
            #expect(access.audit.split(separator: "\n").count == 2)
        }
    }

    @Test func aSessionEndsWithItsKeyAndWithItsTime() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            let first: HTTPFields = [.cookie: try cookie(try await client.signIn(access.read))]
            let second: HTTPFields = [.cookie: try cookie(try await client.signIn(access.all))]
            try await access.revoke(access.read)
            #expect(try await client.get("/api/stats", headers: first).status == .unauthorized)
            #expect(try await client.get("/api/stats", headers: second).status == .ok)
            access.clock.wait(seconds: 3_600)
            #expect(try await client.get("/api/stats", headers: second).status == .unauthorized)
        }
    }

    @Test func aPageOfAnotherOriginCannotUseTheCookie() async throws {
        let access = try Access()
        try await APIFixture(access: access.control).test { client in
            var headers: HTTPFields = [.cookie: try cookie(try await client.signIn(access.all))]
            headers[.origin] = "https://evil.example"
            let order = #"{"customer_id":1,"amount":1,"currency":"USD","country":"US"}"#
            #expect(try await client.post(order, headers: headers).status == .forbidden)
            #expect(try await client.send(.delete, "/api/session", headers).status == .forbidden)
            #expect(try await client.signIn(access.all, [.origin: "https://evil.example"]).status == .forbidden)
        }
    }

    @Test(arguments: [
        "", "orders_session=", "orders_session=00", "orders_session=" + String(repeating: "0", count: 64),
        "__Host-orders_session=" + String(repeating: "a", count: 64),
    ])
    func aCookieThatWasMadeUpIsNobodys(_ cookie: String) async throws {
        try await APIFixture(access: try Access().control).test { client in
            let answer = try await client.get("/api/stats", headers: [.cookie: cookie])
            #expect(answer.status == .unauthorized)
        }
    }

    @Test func behindAProxyThatEndsTLSTheCookieIsSecure() async throws {
        let access = try Access()
        let fixture = try APIFixture(access: access.control) { $0.allowedOrigins = ["https://orders.example"] }
        try await fixture.test { client in
            let answer = try await client.signIn(access.read, [.origin: "https://orders.example"])
            let header = try #require(answer.headers[.setCookie])
            #expect(header.hasPrefix("__Host-orders_session=") && header.hasSuffix("; Secure"))
            let headers: HTTPFields = [.cookie: try cookie(answer)]
            #expect(try await client.get("/api/stats", headers: headers).status == .ok)
        }
    }

    @Test func whereNothingIsAskedForThePageLearnsThat() async throws {
        try await APIFixture().test { client in
            let answer = try await client.get("/api/session")
            #expect(try answer.json["authentication"]?.string == "off")
        }
    }
}

@Suite struct CORSTests {
    private static let shop = "https://shop.example"

    @Test func onlyAnAllowedOriginMayReadAndNeverWithCookies() async throws {
        try await APIFixture { $0.allowedOrigins = [Self.shop] }.test { client in
            let answer = try await client.get("/api/stats", headers: [.origin: Self.shop])
            #expect(answer.headers[.accessControlAllowOrigin] == Self.shop)
            #expect(answer.headers[.accessControlAllowCredentials] == nil)
            #expect(answer.headers[.vary]?.contains("Origin") == true)
            let other = try await client.get("/api/stats", headers: [.origin: "https://evil.example"])
            #expect(other.headers[.accessControlAllowOrigin] == nil && other.headers[.vary]?.contains("Origin") == true)
            #expect(
                try await client.get("/api/nothing", headers: [.origin: Self.shop]).headers[.accessControlAllowOrigin]
                    == Self.shop)
        }
    }

    @Test func aPreflightIsAnsweredWithoutCredentials() async throws {
        let access = try Access()
        try await APIFixture(access: access.control) { $0.allowedOrigins = [Self.shop] }.test { client in
            var headers: HTTPFields = [.origin: Self.shop, .accessControlRequestMethod: "POST"]
            let answer = try await client.send(.options, "/api/orders", headers)
            #expect(answer.status == .noContent)
            #expect(answer.headers[.accessControlAllowMethods]?.contains("POST") == true)
            #expect(answer.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
            headers[.origin] = "https://evil.example"
            #expect(try await client.send(.options, "/api/orders", headers).headers[.accessControlAllowOrigin] == nil)
        }
    }
}
