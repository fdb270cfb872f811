import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Reads topics: as a member of a group (``subscribe(_:onRebalance:)``) or from given places (``assign(_:)``).
///
/// ```swift
/// var settings = ConsumerSettings(clientID: "billing", groupID: "billing")
/// settings.isolation = .readCommitted
/// let consumer = try await KafkaConsumer(cluster, settings, logger: logger)
/// try await consumer.subscribe(["orders"])
/// while !Task.isCancelled {
///     for run in try await consumer.poll() {
///         for record in run { handle(record) }
///         try await consumer.commit([run.partition: run.nextOffset])
///     }
/// }
/// await consumer.close()
/// ```
///
/// Nothing is committed by itself. One task at a time polls or closes; everything else may be called from any task.
public final class KafkaConsumer: Sendable {
    /// Called inside ``poll(max:timeout:)`` when partitions come and go. For `assigned` it may say where to begin;
    /// partitions that it leaves out begin where the group left off.
    public typealias RebalanceHandler = @Sendable (RebalanceEvent) async -> [TopicPartition: StartOffset]

    /// How the consumer was set.
    public let settings: ConsumerSettings
    private let handle: ClusterHandle
    private let core: NIOLoopBound<ConsumerCore>
    let handler = NIOLockedValueBox<RebalanceHandler>({ _ in [:] })

    /// A consumer. It connects when it has something to do.
    ///
    /// - Throws: ``ClientError/Code/invalidSetting``, naming a setting that does not fit.
    public init(
        _ cluster: ClusterSettings, _ settings: ConsumerSettings, logger: Logger
    ) async throws(ClientError) {
        let handle = try await ClusterHandle(cluster, logger: logger)
        self.settings = settings
        self.handle = handle
        core = await handle.run { ConsumerCore.bound(to: handle.loop, settings, $0) }
    }

    deinit { handle.release() }

    /// Gives its partitions up (the handler is notified), leaves the group, and lets go of everything. Offsets are not
    /// committed. After it every call throws ``ClientError/Code/closed``.
    public func close() async {
        await change { $0.close {} }
        while true {
            let polled: Polled = await ask { core, done in core.poll(maximum: 1, until: core.now + 100, then: done) }
            // The consumer is going: what its group still says is not an error of the application's.
            try? await handle(polled.events)
            if polled.error?.code == .closed { break }
        }
        handle.release()
    }
}

// MARK: On the loop

extension KafkaConsumer {
    /// A call that ends later.
    func ask<Value: Sendable>(
        _ body: @escaping @Sendable (ConsumerCore, @escaping (Value) -> Void) -> Void
    ) async -> Value {
        let core = core
        return await withCheckedContinuation { continuation in
            handle.execute { _ in body(core.value) { continuation.resume(returning: $0) } }
        }
    }

    func change(_ body: @escaping @Sendable (ConsumerCore) -> Void) async {
        let core = core
        await handle.run { _ in body(core.value) }
    }

    func attempt(
        _ body: @escaping @Sendable (ConsumerCore) throws(ClientError) -> Void
    ) async throws(ClientError) {
        let core = core
        let result: Result<Void, ClientError> = await handle.run { _ in
            Result { () throws(ClientError) in try body(core.value) }
        }
        try result.get()
    }
}

extension ConsumerCore {
    private static let lastClient = NIOLockedValueBox(0)

    /// A core with a number of its own in the process.
    static func bound(
        to loop: any EventLoop, _ settings: ConsumerSettings, _ cluster: ClusterCore
    ) -> NIOLoopBound<ConsumerCore> {
        let client = lastClient.withLockedValue { last in
            last += 1
            return last
        }
        return NIOLoopBound(ConsumerCore(settings, cluster, client: client), eventLoop: loop)
    }
}
