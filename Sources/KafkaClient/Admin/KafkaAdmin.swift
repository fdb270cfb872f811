import Logging
import NIOCore

/// Looks after topics, groups and offsets.
///
/// ```swift
/// let admin = try await KafkaAdmin(cluster, clientID: "setup", logger: logger)
/// try await admin.createTopics([NewTopic(name: "orders", partitions: 12)])
/// admin.close()
/// ```
///
/// Safe to use from any task. Each call ends at its timeout at the latest, and is tried again until then where an error
/// passes by itself. It shares the connections of the other clients of the process.
public final class KafkaAdmin: Sendable {
    private let handle: ClusterHandle
    private let core: NIOLoopBound<AdminCore>

    /// An admin client. It connects when it has something to do.
    ///
    /// - Parameters:
    ///   - cluster: where it is and how to log in. Clients with equal settings share their connections.
    ///   - clientID: `client.id`, shown by brokers and in logs.
    ///   - logger: takes what an operator should know.
    /// - Throws: ``ClientError/Code/invalidSetting``, naming a setting that does not fit.
    public init(_ cluster: ClusterSettings, clientID: String, logger: Logger) async throws(ClientError) {
        let handle = try await ClusterHandle(cluster, logger: logger)
        let loop = handle.loop
        self.handle = handle
        core = await handle.run { NIOLoopBound(AdminCore($0, clientID: clientID), eventLoop: loop) }
    }

    /// The same for a thread that may wait for the event loop.
    package init(blocking cluster: ClusterSettings, clientID: String, logger: Logger) throws(ClientError) {
        let handle = try ClusterHandle(blocking: cluster, logger: logger)
        let loop = handle.loop
        self.handle = handle
        core = handle.runBlocking { NIOLoopBound(AdminCore($0, clientID: clientID), eventLoop: loop) }
    }

    /// How the connections to its cluster fare.
    package var status: ClusterStatus { handle.status }

    deinit { handle.release() }

    /// Lets go of the connections, if no other client of the process uses them.
    public func close() { handle.release() }

    /// A call on the loop that ends later, with its deadline.
    func ask<Value: Sendable>(
        _ timeout: Duration,
        _ body: @escaping @Sendable (AdminCore, _ deadline: Int64, @escaping AdminCore.Done<Value>) -> Void
    ) async throws(ClientError) -> Value {
        let wait = timeout.inMilliseconds
        let core = core
        let result: Result<Value, ClientError> = await withCheckedContinuation { continuation in
            handle.execute { cluster in
                body(core.value, cluster.now.monotonic + wait) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }
}
