import Logging
import Metrics
import NIOCore
import OrderEvents
import Synchronization

/// Hands each committed change to every client of the event stream.
///
/// The decisions are ``HubCore``'s; this holds its lock, the clients' continuations and the clocks.
final class EventHub: Sendable {
    struct State: Sendable {
        var core: HubCore
        /// The waiting clients.
        var continuations: [HubCore.ClientID: CheckedContinuation<HubCore.Next, Never>] = [:]
        /// Ends a client's connection, for a client that does not take what it is sent.
        var closers: [HubCore.ClientID: @Sendable () -> Void] = [:]
    }

    let limits: EventStreamLimits
    let stats: any StatsSource
    let metrics: EventMetrics
    let logger: Logger
    private let state: Mutex<State>
    /// At most one signal waits: a flush deals with everything there is.
    private let flushSignal: AsyncStream<Void>
    private let flushRequest: AsyncStream<Void>.Continuation
    private let statsSignal: AsyncStream<Void>
    private let statsRequest: AsyncStream<Void>.Continuation

    init(limits: EventStreamLimits, stats: any StatsSource, metricsFactory: any MetricsFactory, logger: Logger) {
        self.limits = limits
        self.stats = stats
        self.logger = logger
        metrics = EventMetrics(factory: metricsFactory)
        state = Mutex(State(core: HubCore(limits: limits)))
        (flushSignal, flushRequest) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (statsSignal, statsRequest) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var clientCount: Int { state.withLock { $0.core.clients.count } }

    /// Whether another client would be taken in.
    var hasRoom: Bool {
        state.withLock { !$0.core.isStopping && $0.core.clients.count < limits.maximumClients }
    }

    // MARK: The log's side

    func positioned(at nextOffsets: [Int32: Int64]) {
        state.withLock { $0.core.positioned(at: nextOffsets) }
        flushRequest.yield()
    }

    func ingest(_ records: [(partition: Int32, offset: Int64, document: OrderDocument?)]) {
        state.withLock { $0.core.ingest(records) }
        flushRequest.yield()
        statsRequest.yield()
    }

    /// The figures changed by other ways than the log.
    func statsChanged() {
        statsRequest.yield()
    }

    // MARK: The clients' side

    /// Takes a client in; nil if there are too many or the server is stopping.
    ///
    /// - Parameter close: Ends the client's connection; called at most once, and only if it must be dropped.
    func subscribe(
        lastEventID: String?, filter: EventFilter = .all, close: @escaping @Sendable () -> Void
    ) -> HubCore.ClientID? {
        let (id, count) = state.withLock { state in
            let id = state.core.subscribe(lastEventID: lastEventID, filter: filter, now: .now, stats: stats.statsEvent)
            if let id { state.closers[id] = close }
            return (id, state.core.clients.count)
        }
        metrics.clients.set(count)
        return id
    }

    func unsubscribe(_ id: HubCore.ClientID) {
        let (waiting, count) = state.withLock { state in
            state.core.unsubscribe(id)
            state.closers[id] = nil
            return (state.continuations.removeValue(forKey: id), state.core.clients.count)
        }
        metrics.clients.set(count)
        waiting?.resume(returning: .ended)
    }

    /// The next bytes for a client, as soon as there are any. Never ``HubCore/Next/wait``.
    func next(_ id: HubCore.ClientID) async -> HubCore.Next {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, hasNews) = state.withLock { state -> (HubCore.Next?, Bool) in
                    let next = state.core.next(id, now: .now)
                    guard case .wait = next else { return (next, false) }
                    state.continuations[id] = continuation
                    return (nil, state.core.clients[id].map(state.core.hasNews) ?? false)
                }
                if let answer { continuation.resume(returning: answer) }
                if hasNews { flushRequest.yield() }
            }
        } onCancel: {
            unsubscribe(id)
        }
    }

    /// Ends every stream: clients that listen get `bye` now, the others when they have taken what they were sent, or
    /// are cut off by ``dropAll()``.
    func stop() {
        let waiting = state.withLock { state in
            state.core.stop().compactMap { state.continuations.removeValue(forKey: $0) }
        }
        for client in waiting { client.resume(returning: .finish(ServerSentEvent.bye)) }
    }

    /// Cuts off whoever is still there.
    func dropAll() {
        let closers = state.withLock { state in
            for id in state.core.clients.keys { state.core.unsubscribe(id) }
            defer { state.closers = [:] }
            return Array(state.closers.values)
        }
        for close in closers { close() }
    }

    // MARK: What runs by itself

    /// Sends, publishes figures and looks after silent and slow clients, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sendLoop() }
            group.addTask { await self.statsLoop() }
            group.addTask { await self.maintenanceLoop() }
        }
    }

    private func sendLoop() async {
        for await _ in flushSignal {
            let pause = flush()
            guard pause > .zero else { continue }
            // Cancelled: the loop ends with its signal.
            try? await Task.sleep(for: pause)
        }
    }

    private func flush() -> Duration {
        let (deliveries, counts, clients) = state.withLock { state in
            let frames = state.core.flush(now: .now, stats: stats.statsEvent)
            let deliveries = frames.map { (state.continuations.removeValue(forKey: $0.0), $0.1) }
            return (deliveries, state.core.takeCounts(), state.core.clients.count)
        }
        for (continuation, bytes) in deliveries { continuation?.resume(returning: .send(bytes)) }
        metrics.record(counts)
        return limits.flushInterval(clients: clients)
    }

    private func statsLoop() async {
        for await _ in statsSignal {
            guard let tick = stats.closeTick() else { continue }
            state.withLock { $0.core.publish(tick: tick) }
            flushRequest.yield()
            // Cancelled: the loop ends with its signal.
            try? await Task.sleep(for: limits.statsInterval)
        }
    }

    private func maintenanceLoop() async {
        while !Task.isCancelled {
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: min(.seconds(1), limits.keepAliveInterval))
            maintain()
        }
    }

    func maintain(now: ContinuousClock.Instant = .now) {
        let (waiting, closers) = state.withLock { state in
            let (keepAlive, tooSlow) = state.core.maintain(now: now)
            return (
                keepAlive.compactMap { state.continuations.removeValue(forKey: $0) },
                tooSlow.compactMap { state.closers.removeValue(forKey: $0) }
            )
        }
        for client in waiting { client.resume(returning: .send(ServerSentEvent.keepAlive)) }
        for close in closers { close() }
        if !closers.isEmpty {
            logger.info(
                "Dropped clients of the event stream that did not read it", metadata: ["clients": "\(closers.count)"])
        }
    }
}
