import Testing

@testable import OrdersAPI

@Suite struct HostPolicyTests {
    private let policy = HostPolicy(boundHost: "127.0.0.1", extraNames: ["Orders.Example"])

    @Test(arguments: [
        "localhost", "localhost:8080", "LOCALHOST", "localhost.", "127.0.0.1:1", "127.1.2.3", "[::1]", "[::1]:8080",
        "app.localhost:3000", "orders.example", "orders.example:443",
    ])
    func loopbackAndAllowedNamesAreAnswered(_ authority: String) {
        #expect(policy.allows(authority: authority))
    }

    @Test(arguments: [
        "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.5",
        "[2001:db8::1]",
        "", ":80", "localhost:80x", "localhost:999999", "[::1", "[::1]x", "orders.example@evil.example", "127.0.0.256",
    ])
    func otherNamesAreNot(_ authority: String) {
        #expect(!policy.allows(authority: authority))
    }

    @Test func whereTheServerIsOnTheNetworkAnyAddressIsAnsweredAndStillNoOtherName() {
        let open = HostPolicy(boundHost: "0.0.0.0")
        #expect(open.allows(authority: "192.168.1.5:8080"))
        #expect(open.allows(authority: "[2001:db8::1]:8080"))
        #expect(!open.allows(authority: "evil.example"))
    }
}

@Suite struct OriginPolicyTests {
    private let policy = OriginPolicy(allowedOrigins: ["https://Shop.example"])

    @Test(
        arguments: [
            (nil, nil), ("http://localhost:8080", nil), ("HTTP://LOCALHOST:8080", nil),
            ("https://shop.example", "cross-site"),
            (nil, "same-origin"), (nil, "none"),
        ] as [(String?, String?)])
    func programsAndTheSameOriginMayPost(_ origin: String?, _ fetchSite: String?) {
        #expect(policy.allows(origin: origin, fetchSite: fetchSite, authority: "localhost:8080"))
    }

    @Test(
        arguments: [
            ("http://evil.example", nil), ("null", nil), ("http://localhost:9999", nil), ("http://localhost", nil),
            ("", nil),
            (nil, "cross-site"), (nil, "same-site"), (nil, "what"),
        ] as [(String?, String?)])
    func pagesOfOtherOriginsMayNot(_ origin: String?, _ fetchSite: String?) {
        #expect(!policy.allows(origin: origin, fetchSite: fetchSite, authority: "localhost:8080"))
    }
}

@Suite struct BindPolicyTests {
    @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "LocalHost", "::1"])
    func loopbackIsAllowed(_ host: String) throws {
        try BindPolicy.check(host: host, port: 8080, access: .off())
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.5", "orders.example", "127.0.0.1.example", "128.0.0.1"])
    func otherAddressesAreRefusedWithTheReasonUnlessCredentialsAreAskedFor(_ host: String) throws {
        let error = #expect(throws: OrdersAPIError.self) {
            try BindPolicy.check(host: host, port: 8080, access: .off())
        }
        #expect(error?.code == .addressNotLoopback)
        #expect(error?.message.contains("\(host):8080") == true)
        #expect(error?.message.contains("orders keys add") == true)
        try BindPolicy.check(host: host, port: 8080, access: try Access().control)
    }

    @Test(arguments: ["127.0.0.1", "0.0.0.0"])
    func credentialsThatNobodyHasAreRefusedToo(_ host: String) throws {
        let access = try Access()
        access.clock.wait(seconds: 3_600)
        let error = #expect(throws: OrdersAPIError.self) {
            try BindPolicy.check(host: host, port: 8080, access: access.control)
        }
        #expect(error?.code == .invalidConfiguration && error?.message.contains("orders keys add") == true)
    }

    @Test(arguments: [-1, 65536]) func whatIsNoPortIsRefused(_ port: Int) {
        let error = #expect(throws: OrdersAPIError.self) {
            try BindPolicy.check(host: "127.0.0.1", port: port, access: .off())
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
