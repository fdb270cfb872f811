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
        let api = try APIFixture {
            $0.host = "192.0.2.1"
            $0.allowsOtherThanLoopback = true
        }
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
    ])
    func aForeignHostAndNoHostAreRefused(_ request: String, _ status: String) async throws {
        try await RunningServer.run { server in
            let head = try await server.connect(request) { try await $0.head() }
            #expect(head.hasPrefix(status), "\(head)")
        }
    }

    @Test func aBodyOfAMegabyteIsAnsweredAndTheConnectionGoesOn() async throws {
        try await RunningServer.run { server in
            let body = String(repeating: " ", count: 1_000_000)
            let post = "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
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
            let post = "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            try await server.connect(post + chunk + chunk + chunk + "0\r\n\r\n") { response in
                let head = try await response.head()
                #expect(head.hasPrefix("HTTP/1.1 413"))
            }
        }
    }

    @Test func aRequestThatNeverEndsIsCutOffAfterTheStopsGrace() async throws {
        try await RunningServer.run { $0.shutdownGrace = .milliseconds(200) } _: { server in
            let half = "POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
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
