import Logging
import NIOCore
import NIOPosix
import OrderEvents
import ServiceLifecycle
import Synchronization

@testable import OrdersAPI

/// The API on a real socket, on any free port of loopback.
struct RunningServer: Sendable {
    let api: APIFixture
    let port: Int
    private let group: ServiceGroup

    struct DidNotStart: Error {}

    /// Starts it, runs `body`, and stops it gracefully if `body` didn't.
    static func run(
        log: (any OrderLog)? = nil, tail: (any AnalyticsTail)? = nil, inspector: (any ClusterInspector)? = nil,
        configure: (inout OrdersAPIConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let api = try APIFixture(log: log, tail: tail, inspector: inspector) { configuration in
            configure(&configuration)
            configuration.onListening = { listening.yield($0.port) }
        }
        let group = ServiceGroup(services: [api.service], logger: api.logs.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { listening.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw DidNotStart()
            }
            do {
                try await body(RunningServer(api: api, port: port, group: group))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await api.store.close()
    }

    func stop() async { await group.triggerGracefulShutdown() }

    /// Opens a connection, sends `request` as it is, and lets `body` read what comes.
    func connect<Result: Sendable>(
        _ request: String, _ body: @escaping @Sendable (inout RawResponse) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var response = RawResponse(iterator: inbound.makeAsyncIterator())
            return try await body(&response)
        }
    }

    /// Listens to the event stream.
    func listen<Result: Sendable>(
        lastEventID: String? = nil, _ body: @escaping @Sendable (inout RawResponse) async throws -> Result
    ) async throws -> Result {
        let resume = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        return try await connect("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\(resume)\r\n", body)
    }
}

/// Reads an HTTP/1.1 response from its bytes: the head, then the events of a chunked event stream.
struct RawResponse {
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var raw = ""
    private var events = ""

    init(iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
        self.iterator = iterator
    }

    private mutating func more() async throws -> Bool {
        guard let buffer = try await iterator.next() else { return false }
        raw += String(buffer: buffer)
        return true
    }

    /// The status line and headers.
    mutating func head() async throws -> String {
        while true {
            if let end = raw.range(of: "\r\n\r\n") {
                let head = String(raw[..<end.lowerBound])
                raw = String(raw[end.upperBound...])
                return head
            }
            guard try await more() else { return raw }
        }
    }

    /// The next event or comment of the stream, without its empty line; nil at the end.
    mutating func event() async throws -> String? {
        while true {
            if let end = events.range(of: "\n\n") {
                let event = String(events[..<end.lowerBound])
                events = String(events[end.upperBound...])
                return event
            }
            guard let chunk = try await chunk() else { return nil }
            events += chunk
        }
    }

    /// As many bytes of the body as a `Content-Length` says.
    mutating func body(_ count: Int) async throws -> String {
        while raw.utf8.count < count, try await more() {}
        defer { raw = String(raw.utf8.dropFirst(count))! }
        return String(raw.utf8.prefix(count))!
    }

    /// The next event of that name.
    mutating func event(named name: String) async throws -> String? {
        while let event = try await event() {
            if event.hasPrefix("event: \(name)\n") { return event }
        }
        return nil
    }

    private mutating func chunk() async throws -> String? {
        while true {
            if let line = raw.range(of: "\r\n"), let size = Int(raw[..<line.lowerBound], radix: 16) {
                let rest = raw[line.upperBound...].utf8
                if rest.count >= size + 2 {
                    let chunk = String(rest.prefix(size))!
                    raw = String(rest.dropFirst(size + 2))!
                    return size == 0 ? nil : chunk
                }
            }
            guard try await more() else { return nil }
        }
    }

    /// Reads until the other side closes; returns how many bytes came.
    mutating func drain() async -> Int {
        var count = raw.utf8.count
        // A connection that is reset instead of closed is just as much at its end.
        while let buffer = try? await iterator.next() { count += buffer.readableBytes }
        return count
    }
}
