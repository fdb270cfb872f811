import Logging
import ServiceLifecycle
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    @Test func aPortInUseIsSaidWithTheAddressAndWhatToDo() async throws {
        try await RunningServer.run { server in
            let second = try APIFixture { $0.port = server.port }
            let group = ServiceGroup(services: [second.service], logger: second.logs.logger)
            let error = await #expect(throws: OrdersAPIError.self) { try await group.run() }
            #expect(error?.code == .addressInUse)
            #expect(error?.message.contains("127.0.0.1:\(server.port)") == true)
            #expect(error?.message.contains("--http") == true)
        }
    }

    @Test func anAddressThatIsNotThisMachinesIsSaid() async throws {
        let api = try APIFixture(access: try Access().control) { $0.host = "192.0.2.1" }
        let group = ServiceGroup(services: [api.service], logger: api.logs.logger)
        let error = await #expect(throws: OrdersAPIError.self) { try await group.run() }
        #expect(error?.code == .addressNotAvailable)
    }

    @Test func anAddressThatOthersReachIsRefusedBeforeAnythingStarts() {
        let error = #expect(throws: OrdersAPIError.self) { try APIFixture { $0.host = "0.0.0.0" } }
        #expect(error?.code == .addressNotLoopback)
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421"),
        ("GET /api/events HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421"),
        ("GET /healthz HTTP/1.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 200"),
        ("not http at all\r\n\r\n", "HTTP/1.1 400"),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 400"),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nhost: 127.0.0.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET HTTPS://evil.example HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 400"),
        ("GET http://localhost/healthz?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 200"),
        ("GET http://localhost/api/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 404"),
        (
            "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Orders-Absolute-Authority: evil.example\r\n\r\n",
            "HTTP/1.1 200"
        ),
        (
            "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 400"
        ),
        (
            "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 400"
        ),
    ])
    func aForeignHostAndNoHostAreRefused(_ request: String, _ status: String) async throws {
        try await RunningServer.run { server in
            let head = try await server.connect(request) { try await $0.head() }
            #expect(head.hasPrefix(status), "\(head)")
        }
    }

    @Test(arguments: ["", "Connection: close\r\n", "Connection: Close\r\n"])
    func aClientOfHTTP10OrOneThatSaysCloseIsAnsweredAndTheConnectionEnds(_ header: String) async throws {
        try await RunningServer.run { server in
            let version = header.isEmpty ? "1.0" : "1.1"
            try await server.connect("GET /healthz HTTP/\(version)\r\nHost: localhost\r\n\(header)\r\n") { response in
                let head = try await response.head()
                #expect(
                    head.hasPrefix("HTTP/\(version) 200") && head.lowercased().contains("connection: close"), "\(head)")
                let rest = await response.drain()
                #expect(rest == 15)
            }
        }
    }

    @Test func aClientOfHTTP10ThatKeepsItsConnectionIsToldThatItMay() async throws {
        try await RunningServer.run { server in
            let request = "GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
            try await server.connect(request + request) { response in
                for _ in 1...2 {
                    let head = try await response.head()
                    #expect(
                        head.hasPrefix("HTTP/1.0 200") && head.lowercased().contains("connection: keep-alive"),
                        "\(head)")
                    let body = try await response.body(15)
                    #expect(body == #"{"status":"ok"}"#)
                }
            }
        }
    }

    @Test func anEventStreamOfHTTP10IsNotChunked() async throws {
        try await RunningServer.run { server in
            try await server.connect("GET /api/events HTTP/1.0\r\nHost: localhost\r\n\r\n") { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.0 200") && !head.lowercased().contains("chunked"), "\(head)")
            }
        }
    }

    @Test func aClientThatWaitsForLeaveToSendItsBodyGetsItUnlessTheBodyIsTooLarge() async throws {
        try await RunningServer.run { server in
            func head(_ length: Int) -> String {
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\r\n"
            }
            let small = try await server.connect(head(2)) { try await $0.head() }
            #expect(small.hasPrefix("HTTP/1.1 100"), "\(small)")
            let large = try await server.connect(head(10_000_000)) { try await $0.head() }
            #expect(large.hasPrefix("HTTP/1.1 413"), "\(large)")
        }
    }

    @Test func aHeaderWithoutEndIsRefused() async throws {
        try await RunningServer.run { server in
            let head = try await server.connect(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n"
            ) { try await $0.head() }
            #expect(head.hasPrefix("HTTP/1.1 4"), "\(head.prefix(80))")
        }
    }

    @Test func aBodyOfAMegabyteIsAnsweredAndTheConnectionGoesOn() async throws {
        try await RunningServer.run { server in
            let body = String(repeating: " ", count: 1_000_000)
            let post =
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
            try await server.connect(post + body + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 413"))
                let next = try await response.head()
                #expect(next.contains("HTTP/1.1 200"))
            }
        }
    }

    @Test func aChunkedBodyIsBoundedToo() async throws {
        try await RunningServer.run { server in
            let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
            let post =
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            try await server.connect(post + chunk + chunk + chunk + "0\r\n\r\n") { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 413"))
            }
        }
    }

    @Test func aRequestThatNeverEndsIsCutOffAfterTheStopsGrace() async throws {
        try await RunningServer.run {
            $0.shutdownGrace = .milliseconds(200)
        } _: { server in
            let half =
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            try await server.connect(half) { response in
                try await eventually { server.api.service.connections.count == 1 }
                let stopping = ContinuousClock.now
                await server.stop()
                _ = await response.drain()
                #expect(.now - stopping < .seconds(5))
            }
        }
    }

    @Test func aRequestUnderWayIsFinishedAtAStop() async throws {
        try await RunningServer.run { server in
            server.api.log.hold()
            let body = #"{"customer_id":1,"amount":1,"currency":"USD","country":"US"}"#
            let post =
                "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try await server.connect(post + body) { response in
                await server.api.log.arrival()
                await server.stop()
                server.api.log.release()
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 202"))
            }
        }
    }
}
