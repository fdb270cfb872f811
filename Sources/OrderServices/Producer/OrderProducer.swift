import Foundation
import Kafka
import Logging
import OrderEvents
import ServiceLifecycle
import StreamProcessing

/// Makes orders like a shop's and puts them on the orders topic, at a set rate or as fast as the log takes them.
public actor OrderProducer: Service {
    /// What to make.
    public struct Options: Sendable {
        public var rate: OrderRate
        /// Stop after this many orders (their later changes not counted); nil: never.
        public var count: Int?
        /// The same seed makes the same orders.
        public var seed: UInt64
        public init(rate: OrderRate = .perSecond(0.5), count: Int? = nil, seed: UInt64 = 1) {
            self.rate = rate
            self.count = count
            self.seed = seed
        }
    }

    private nonisolated let thread = DedicatedThread(name: "producer")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let options: Options
    private let settings: KafkaSettings
    private let stateDirectory: String
    private let backlog: (any OrderBacklog)?
    private let logger: Logger
    private let life: ClientLife
    private let didFinish: (@Sendable (Int) -> Void)?
    /// Nil where it cannot be read: the client's own choice is then as good, and what lands elsewhere is sent home.
    private var layout: HomeLayout?
    private var window = FlowWindow()
    /// The order that could not be handed over: it is the next one.
    private var unsent: Order?

    /// - Parameters:
    ///   - backlog: bounds what is made at `OrderRate.max`; nil: only the log does.
    ///   - clients: where its client's problems are shown.
    ///   - didFinish: called once `count` orders are acknowledged, with their number.
    public init(
        _ options: Options, kafka settings: KafkaSettings, stateDirectory: String, backlog: (any OrderBacklog)? = nil,
        clients: ClientBoard = ClientBoard(), logger: Logger,
        didFinish: (@Sendable (Int) -> Void)? = nil
    ) {
        self.options = options
        self.settings = settings
        self.stateDirectory = stateDirectory
        self.backlog = options.rate == .max ? backlog : nil
        self.logger = logger
        life = clients.life("order producer", logger: logger)
        self.didFinish = didFinish
    }

    /// Runs until `count` is reached, shutdown or cancellation. What was handed to the client library is delivered
    /// before it returns.
    public func run() async throws {
        do {
            try await produce()
        } catch {
            await backlog?.close()
            throw error
        }
        await backlog?.close()
    }

    private func produce() async throws {
        guard let instance = await InstanceDirectory.claim(in: "\(stateDirectory)/producer", logger: logger) else {
            return
        }
        var file = try SequenceFile(directory: instance.path)
        // Each slot has a range of ids of its own, so that several producers on one machine never share one.
        guard let firstID = OrderID(Int64(instance.slot) * 1_000_000_000_000 + 1) else { return }
        var stream = OrderStream(generator: OrderGenerator(seed: options.seed, firstID: firstID), from: file.start)
        var (producer, topic) = try client(instance)
        defer { producer.close() }
        do {
            layout = try LayoutLog(settings, logger: logger).read()
        } catch {
            logger.warning(
                "the homes of orders are not known; payments sends home what lands elsewhere",
                metadata: ["error": "\(error)"])
        }
        var pacing = OrderPacing(rate: options.rate, limit: options.count)
        var json = JSONBytes()
        var retry = Retry(Backoff(cap: .seconds(5)))
        // Whether the client at hand has taken orders since anything failed.
        var isProven = false
        let started = ContinuousClock.now
        while !pacing.isFinished, !Stop.isRequested {
            let due = min(pacing.due(after: ContinuousClock.now - started), await room())
            if due > 0 {
                var made = 0
                do {
                    if let failure = producer.takeFailures() { throw failure }
                    // What was sent in the round before is in the log. What this one sends is on its way when it ends.
                    if isProven, life.problem != nil, producer.outstandingRecords == 0 { life.succeeded() }
                    try send(due, made: &made, from: &stream, &file, to: topic, &json, producer)
                    retry.succeeded()
                    isProven = true
                } catch {
                    isProven = false
                    // The disk is full, or the log is away: the shop goes on when it is back.
                    let wait = retry.failed()
                    logger.warning(
                        "no orders can be made, trying again", metadata: ["error": "\(error)", "wait": "\(wait)"])
                    if error is KafkaError, life.failed(error) {
                        let lost = producer.abandon()
                        if lost > 0 {
                            logger.warning(
                                "orders that were on their way are not made again", metadata: ["count": "\(lost)"])
                        }
                        (producer, topic) = try client(instance)
                    }
                    await Stop.rest(for: wait)
                }
                pacing.note(made: made)
                window.note(made: made)
            }
            await Stop.rest(for: pacing.rest(after: ContinuousClock.now - started))
        }
        try flush(producer)
        try file.close(next: stream.sequence)
        logger.info("orders made", metadata: ["count": "\(pacing.made)", "took": "\(ContinuousClock.now - started)"])
        didFinish?(pacing.made)
    }

    private func client(_ instance: InstanceDirectory) throws -> (KafkaProducer, TopicHandle) {
        let producer = try KafkaProducer(
            settings: settings, clientID: "producer-\(instance.identity)", options: ["linger.ms": "2"], logger: logger)
        return (producer, try producer.topic(Topics.orders.name))
    }

    /// How many orders may be made now, where their processing bounds that. Waits while it is none, and no longer than
    /// until a stop is heard.
    private func room() async -> Int {
        guard let backlog else { return .max }
        guard window.needsLook else { return window.room }
        do {
            window.saw(waiting: try await backlog.waiting())
        } catch {
            // Nothing is known: nothing is made until it is.
            logger.debug("how many orders wait cannot be read", metadata: ["error": "\(error)"])
            window.saw(waiting: .max)
        }
        if window.needsLook { await Stop.rest(for: .milliseconds(100)) }
        return window.room
    }

    /// Waits until the log has everything; when stopping, no longer than half a minute.
    private func flush(_ producer: KafkaProducer) throws {
        while true {
            do {
                return try producer.flush(timeout: .seconds(30))
            } catch {
                if Stop.isRequested { throw error }
                logger.warning("orders wait for the log", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sends `count` new orders, and the changes of earlier ones that fall between them.
    ///
    /// - Parameter made: grows with each new order, also when an error ends the call.
    private func send(
        _ count: Int, made: inout Int, from stream: inout OrderStream, _ file: inout SequenceFile,
        to topic: TopicHandle, _ json: inout JSONBytes,
        _ producer: KafkaProducer
    ) throws {
        let now = Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())
        while made < count {
            // A call takes one number, or a few where changes are skipped.
            try file.reserve(upTo: stream.sequence + 64)
            let order = unsent ?? stream.next(now: now)
            unsent = order
            json.removeAll()
            order.encode(into: &json)
            try OrderKey(order.id).withUnsafeBytes { key in
                let partition = layout?.home(ofKey: key) ?? KafkaProducer.byKey
                try json.withUnsafeBytes {
                    try producer.produce(to: topic, partition: partition, key: key, value: $0, whenFull: .wait)
                }
            }
            unsent = nil
            if order.status == .created { made += 1 }
        }
    }
}
