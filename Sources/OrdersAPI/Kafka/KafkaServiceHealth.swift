import Foundation
import Kafka
import Logging
import OrderEvents
import ServiceLifecycle
import Synchronization

/// Follows the topic `service-health` from its beginning, in no group, on a thread of its own.
public final class KafkaServiceHealth: ServiceHealthSource, Service {
    private let settings: KafkaSettings
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let life: ClientLife
    private let table = Mutex(InstanceTable())
    private let cutTable = Mutex(CutTable())
    private let thread = DedicatedThread(name: "api-health")

    /// - Parameter now: the wall clock.
    public init(
        settings: KafkaSettings, clients: ClientBoard = ClientBoard(), logger: Logger,
        now: @escaping @Sendable () -> Timestamp = OrdersAPIService.systemClock
    ) {
        self.settings = settings
        life = clients.life("service health", logger: logger)
        self.logger = logger
        self.now = now
    }

    /// From memory, as the topic said last.
    public func instances() async -> [InstanceHealth] {
        table.withLock { $0.current(now: .now) }
    }

    /// From memory, the newest first.
    public func cuts() async -> [LogCut] { cutTable.withLock { $0.all } }

    /// Follows until a graceful shutdown. A broker that is away, or a topic that is not there yet, is waited for.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await life.again { try await follow() }
        }
    }

    private func follow() async throws {
        let consumer = try KafkaConsumer(
            // Nothing here is urgent: an answer that waits for longer is one request less.
            settings: settings, clientID: "orders-api-health",
            options: ["fetch.wait.max.ms": "500", "enable.partition.eof": "true"], logger: logger)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await withTaskCancellationHandler {
                    try await follow(consumer)
                } onCancel: {
                    consumer.wakePoll()
                })
        } catch {
            outcome = .failure(error)
        }
        await thread.run { _ = consumer.close(timeout: .seconds(2)) }
        try outcome.get()
    }

    private func follow(_ consumer: KafkaConsumer) async throws {
        let partition = TopicPartition(topic: Topics.serviceHealth, partition: 0)
        let begun = try await thread.run { () throws(KafkaError) in
            let end = try consumer.watermarks(partition, timeout: .seconds(5)).high
            try consumer.assign([(partition, .beginning)])
            return end
        }
        life.succeeded()
        var watch = ReaderWatch(patience: .seconds(20))
        var checked = ContinuousClock.now
        while !Task.isCancelled {
            let isDue = ContinuousClock.now - checked >= .seconds(10)
            if isDue { checked = .now }
            let places = try await thread.run { [self] () throws(KafkaError) -> (end: Int64, position: Int64)? in
                let end = isDue ? try consumer.watermarks(partition, timeout: .seconds(5)).high : nil
                // Records and the cancellation end it.
                for record in try consumer.poll(max: 500, timeout: .seconds(2)) {
                    take(record, isOld: record.offset < begun)
                }
                try life.look(at: consumer.status)
                guard let end else { return nil }
                return (end, try consumer.position([partition])[partition] ?? 0)
            }
            if let places,
                let error = watch.look(
                    positions: [partition: places.position], ends: [partition: places.end], now: .now)
            {
                throw error
            }
        }
    }

    private func take(_ record: Record, isOld: Bool) {
        guard let key = record.key else { return }
        let name = String(decoding: key, as: UTF8.self)
        if name.hasPrefix(LogCut.keyPrefix) { return takeCut(name, record) }
        guard let value = record.value else {
            return table.withLock { $0.remove(name) }
        }
        do {
            let health = try JSONDecoder().decode(InstanceHealth.self, from: Data(value))
            let age: Duration =
                isOld ? .milliseconds(now().millisecondsSinceEpoch - health.seenAt.millisecondsSinceEpoch) : .zero
            table.withLock { $0.note(health, age: age, now: .now) }
        } catch {
            logger.debug(
                "a record of service-health cannot be read",
                metadata: ["offset": "\(record.offset)", "error": "\(error)"])
        }
    }

    private func takeCut(_ key: String, _ record: Record) {
        guard let value = record.value else { return cutTable.withLock { $0.remove(key) } }
        do {
            let cut = try JSONDecoder().decode(LogCut.self, from: Data(value))
            cutTable.withLock { $0.note(cut, key: key) }
        } catch {
            logger.warning("a record of a cut cannot be read", metadata: ["key": "\(key)", "error": "\(error)"])
        }
    }
}
