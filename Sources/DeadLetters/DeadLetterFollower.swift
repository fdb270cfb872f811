import Kafka
import Logging
import Metrics
import OrderEvents
import ServiceLifecycle
import Synchronization
import Telemetry

/// Keeps a ``DeadLetterIndex`` up to date: reads all dead letters and decisions once, and follows them from there.
///
/// Reads with a consumer of its own on a thread of its own, as part of no group. The index is made again when topics
/// are added, and when old dead letters have left the log: so what has expired is not counted indefinitely.
public final class DeadLetterFollower: Service, CustomStringConvertible {
    public enum Status: Hashable, Sendable {
        /// Everything is being read for the first time: nothing can be said yet.
        case starting
        case current
        /// What is known may be old: the reason, for people.
        case behind(String)
    }

    public struct Options: Sendable {
        public var limits = DeadLetterIndex.Limits()
        /// How often topics and their beginnings are looked at.
        public var checkInterval: Duration = .seconds(30)
        /// How long a wait for records lasts at most before it looks whether something is due.
        public var pollTimeout: Duration = .seconds(2)

        public init() {}
    }

    public let description = "dead-letters"
    private let settings: KafkaSettings
    private let options: Options
    private let logger: Logger
    private let gauges: DeadLetterGauges
    private let life: ClientLife
    private let state: Mutex<(index: DeadLetterIndex, status: Status)>

    public init(
        kafka settings: KafkaSettings, options: Options = Options(), clients: ClientBoard = ClientBoard(),
        metricsFactory: (any MetricsFactory)? = nil,
        logger: Logger
    ) {
        self.settings = settings
        life = clients.life("dead letters", logger: logger)
        self.options = options
        self.logger = logger
        gauges = DeadLetterGauges(factory: metricsFactory ?? MetricsSystem.factory)
        state = Mutex((DeadLetterIndex(limits: options.limits), .starting))
    }

    public var status: Status { state.withLock { $0.status } }

    /// Looks at the index; `body` is short.
    public func withIndex<R: Sendable>(_ body: (borrowing DeadLetterIndex) -> R) -> R {
        state.withLock { body($0.index) }
    }

    /// Follows until a graceful shutdown or cancellation. What goes wrong is logged and tried again.
    public func run() async {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        await life.again {
            do {
                let session = try DeadLetterSession(
                    settings: settings, options: options, life: life, logger: logger, publish: { self.publish($0) },
                    update: { self.update($0) })
                do {
                    try await withTaskCancellationHandler {
                        try await session.run()
                    } onCancel: {
                        session.wake()
                    }
                } catch {
                    await session.close()
                    throw error
                }
                await session.close()
            } catch {
                state.withLock { $0.status = $0.status == .starting ? .starting : .behind("\(error)") }
                throw error
            }
        }
    }

    private func publish(_ index: DeadLetterIndex) {
        let counts = index.openCounts
        state.withLock { $0 = (index, .current) }
        gauges.set(counts)
    }

    /// In place: a copy of an index of a million dead letters for each new one would be dear.
    private func update(_ items: [DeadLetterSession.Item]) {
        let counts = state.withLock { state in
            for item in items { state.index.add(item) }
            return state.index.openCounts
        }
        gauges.set(counts)
    }
}

/// `orders_dead_letters_open`, by topic and group.
final class DeadLetterGauges: Sendable {
    private let factory: any MetricsFactory
    private let gauges = Mutex<[DeadLetterTopic: Meter]>([:])

    init(factory: any MetricsFactory) { self.factory = factory }

    func set(_ counts: [(topic: DeadLetterTopic, open: Int)]) {
        gauges.withLock { gauges in
            for (topic, open) in counts {
                let gauge =
                    gauges[topic]
                    ?? Metric.deadLettersOpen(topic.topic, topic.group, in: factory)
                gauges[topic] = gauge
                gauge.set(open)
            }
        }
    }
}
