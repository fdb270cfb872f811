import Foundation
import Kafka
import Logging
import OrderEvents
import ServiceLifecycle
import StreamProcessing
import Synchronization

/// Reports on the topic `service-health` how the tasks of this process are: on a change, at most once a second each,
/// and every ten seconds in any case. When one was stopped, it writes a deletion.
///
/// One for the process, with a producer of its own: never inside a task's transaction, and never on a task's thread.
/// When the broker is away, what could not be reported is dropped. When it is back, the state of then is reported. That
/// is no error.
public final class ServiceHealthPublisher: TaskObserver, Service {
    private let settings: KafkaSettings
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let clients: ClientBoard
    private let board = Mutex(HealthBoard())
    private let rest = WakeableSleep()

    /// - Parameters:
    ///   - clients: where its problems are shown.
    ///   - now: the wall clock in milliseconds since 1970.
    public init(
        kafka settings: KafkaSettings, clients: ClientBoard = ClientBoard(), logger: Logger,
        now: @escaping @Sendable () -> Int64 = wallClockMilliseconds
    ) {
        self.settings = settings
        self.clients = clients
        self.logger = logger
        self.now = now
    }

    public func task(_ service: String, instance: String, is state: TaskState) {
        let moment = now()
        change(now: moment) { $0.note(service, instance, state, now: moment) }
    }

    public func taskEnded(_ service: String, instance: String) {
        change(now: now()) { $0.noteEnd(service, instance) }
    }

    /// Wakes `run` where something is due earlier than it knows: not for each of many reports.
    private func change(now: Int64, _ body: (inout HealthBoard) -> Void) {
        let isEarlier = board.withLock { board in
            let before = board.timeToNext(now: now)
            body(&board)
            return board.timeToNext(now: now) < before
        }
        if isEarlier { rest.wake() }
    }

    /// How each task of this process is; one that has ended is left out.
    public var instances: [InstanceHealth] { board.withLock { $0.instances } }

    /// Publishes until a graceful shutdown, which must come after the tasks' own; then what is still to be reported
    /// goes out, and it ends.
    public func run() async throws {
        let (settings, logger) = (settings, logger)
        let producer = try RenewedClient(clients.life("service health writer", logger: logger)) {
            () throws(KafkaError) in
            try KafkaProducer(
                settings: settings, clientID: "orders-health",
                options: ["message.timeout.ms": "5000", "queue.buffering.max.messages": "1000"], logger: logger)
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.publish(with: producer)
                // Cancellation ends the wait, and the loop.
                let wait = self.board.withLock { $0.timeToNext(now: self.now()) }
                await self.rest.sleep(for: .milliseconds(wait))
            }
        }
        await publish(with: producer)
        guard let last = producer.close() else { return }
        await DedicatedThread(name: "health-close").run { _ = last.close(timeout: .seconds(2)) }
    }

    /// Waits until all that is due is there or given up, so at most one round is under way.
    private func publish(with producer: RenewedClient<KafkaProducer>) async {
        let moment = now()
        let due = board.withLock { $0.takeDue(now: moment) }
        if due.isEmpty { return }
        await withTaskGroup(of: Void.self) { group in
            for (key, health) in due {
                group.addTask { [self] in
                    do {
                        let value = try health.map { try [UInt8](JSONEncoder.plain.encode($0)) }
                        _ = try await producer.use { producer throws(KafkaError) in
                            try await producer.send(
                                topic: Topics.serviceHealth, partition: 0, key: [UInt8](key.utf8), value: value)
                        }
                    } catch {
                        logger.debug("health was not reported", metadata: ["instance": "\(key)", "error": "\(error)"])
                    }
                }
            }
        }
    }
}

extension JSONEncoder {
    /// One line, its members in order: the same value is the same bytes.
    static var plain: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
