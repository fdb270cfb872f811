import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A client's hold on its cluster. All clients of the process with the same settings share one ``ClusterHost``, and all
/// hosts one event loop.
final class ClusterHandle: Sendable {
    private static let loop: any EventLoop = KafkaEventLoop.shared
    private static let hosts = NIOLockedValueBox<[ClusterSettings: (host: NIOLoopBound<ClusterHost>, users: Int)]>([:])

    let loop: any EventLoop
    private let settings: ClusterSettings
    private let bound: NIOLoopBound<ClusterHost>
    private let statusBox: NIOLockedValueBox<ClusterStatus>
    private let isReleased = NIOLockedValueBox(false)

    private typealias Opened = (host: NIOLoopBound<ClusterHost>, status: NIOLockedValueBox<ClusterStatus>)

    /// - Throws: ``ClientError/Code/invalidSetting`` where a setting does not fit.
    convenience init(_ settings: ClusterSettings, logger: Logger) async throws(ClientError) {
        let dialer = try Self.dialer(settings, logger)
        let opened: Opened = await withCheckedContinuation { continuation in
            Self.open(settings, dialer, logger) { continuation.resume(returning: $0) }
        }
        self.init(settings, opened)
    }

    /// The same for a thread that may block.
    convenience init(blocking settings: ClusterSettings, logger: Logger) throws(ClientError) {
        let dialer = try Self.dialer(settings, logger)
        self.init(settings, Reply.wait { reply in Self.open(settings, dialer, logger) { reply.give($0) } })
    }

    private init(_ settings: ClusterSettings, _ opened: Opened) {
        loop = Self.loop
        self.settings = settings
        (bound, statusBox) = opened
    }

    private static func dialer(_ settings: ClusterSettings, _ logger: Logger) throws(ClientError) -> Dialer {
        guard !settings.bootstrapServers.isEmpty else {
            throw ClientError(.invalidSetting, "bootstrap.servers names no broker")
        }
        return try Dialer(settings, logger: logger)
    }

    private static func open(
        _ settings: ClusterSettings, _ dialer: Dialer, _ logger: Logger, then: @escaping @Sendable (Opened) -> Void
    ) {
        let loop = loop
        loop.execute {
            let bound = hosts.withLockedValue { hosts in
                let host =
                    hosts[settings]?.host
                    ?? NIOLoopBound(
                        ClusterHost(loop: loop, settings: settings, dialer: dialer, logger: logger), eventLoop: loop)
                hosts[settings] = (host, (hosts[settings]?.users ?? 0) + 1)
                return host
            }
            then((bound, bound.value.status))
        }
    }

    /// How the connections fare. Any thread.
    var status: ClusterStatus { statusBox.withLockedValue(\.self) }

    /// Gives the cluster up. The last user closes its connections.
    func release() {
        let isFirst = isReleased.withLockedValue { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        let (bound, settings) = (bound, settings)
        loop.execute {
            let isLast = Self.hosts.withLockedValue { hosts in
                guard let entry = hosts[settings] else { return false }
                hosts[settings] = entry.users > 1 ? (entry.host, entry.users - 1) : nil
                return entry.users == 1
            }
            if isLast { bound.value.close() }
        }
    }

    /// Calls `body` on the loop and does what it asks for.
    func execute(_ body: @escaping @Sendable (ClusterCore) -> Void) {
        let bound = bound
        loop.execute { bound.value.run(body) }
    }

    /// The same, and waits for its value.
    func run<Value: Sendable>(_ body: @escaping @Sendable (ClusterCore) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            execute { continuation.resume(returning: body($0)) }
        }
    }

    /// The same for a thread that may block.
    func runBlocking<Value: Sendable>(_ body: @escaping @Sendable (ClusterCore) -> Value) -> Value {
        Reply.wait { reply in execute { reply.give(body($0)) } }
    }
}
