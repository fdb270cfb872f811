import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A client's hold on its cluster. All clients of the process with the same settings share one ``ClusterHost``, and all
/// hosts one event loop.
final class ClusterHandle: Sendable {
    private static let loop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
    private static let hosts = NIOLockedValueBox<[ClusterSettings: (host: NIOLoopBound<ClusterHost>, users: Int)]>([:])

    let loop: any EventLoop
    private let settings: ClusterSettings
    private let bound: NIOLoopBound<ClusterHost>
    private let isReleased = NIOLockedValueBox(false)

    /// - Throws: ``ClientError/Code/invalidSetting`` where a setting does not fit.
    init(_ settings: ClusterSettings, logger: Logger) async throws(ClientError) {
        guard !settings.bootstrapServers.isEmpty else {
            throw ClientError(.invalidSetting, "bootstrap.servers names no broker")
        }
        let dialer = try Dialer(settings)
        let loop = Self.loop
        self.loop = loop
        self.settings = settings
        bound = await withCheckedContinuation { continuation in
            loop.execute {
                let bound = Self.hosts.withLockedValue { hosts in
                    let host =
                        hosts[settings]?.host
                        ?? NIOLoopBound(
                            ClusterHost(loop: loop, settings: settings, dialer: dialer, logger: logger),
                            eventLoop: loop)
                    hosts[settings] = (host, (hosts[settings]?.users ?? 0) + 1)
                    return host
                }
                continuation.resume(returning: bound)
            }
        }
    }

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
}
