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
    private let table = Mutex(InstanceTable())
    private let thread = DedicatedThread(name: "api-health")

    /// - Parameter now: the wall clock.
    public init(
        settings: KafkaSettings, logger: Logger, now: @escaping @Sendable () -> Timestamp = OrdersAPIService.systemClock
    ) {
        self.settings = settings
        self.logger = logger
        self.now = now
    }

    public func instances() async -> [InstanceHealth] {
        table.withLock { $0.current(now: .now) }
    }

    /// Follows until a graceful shutdown. A broker that is away, or a topic that is not there yet, is waited for.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    try await follow()
                } catch {
                    logger.debug("service health cannot be read; trying again", metadata: ["error": "\(error)"])
                }
                // Cancellation ends the wait, and the loop.
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func follow() async throws {
        let consumer = try KafkaConsumer(
            // Nothing here is urgent: an answer that waits for longer is one request less.
            settings: settings, clientID: "orders-api-health", options: ["fetch.wait.max.ms": "500"], logger: logger)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await follow(consumer))
        } catch {
            outcome = .failure(error)
        }
        await thread.run { _ = consumer.close(timeout: .seconds(2)) }
        try outcome.get()
    }

    private func follow(_ consumer: KafkaConsumer) async throws {
        let partition = TopicPartition(topic: Topics.serviceHealth, partition: 0)
        let end = try await thread.run { () throws(KafkaError) in
            let end = try consumer.watermarks(partition, timeout: .seconds(5)).high
            try consumer.assign([(partition, .beginning)])
            return end
        }
        while !Task.isCancelled {
            try await thread.run { [self] () throws(KafkaError) in
                for record in try consumer.poll(max: 500, timeout: .milliseconds(500)) { take(record, isOld: record.offset < end) }
            }
        }
    }

    private func take(_ record: Record, isOld: Bool) {
        guard let key = record.key else { return }
        guard let value = record.value else {
            return table.withLock { $0.remove(String(decoding: key, as: UTF8.self)) }
        }
        do {
            let health = try JSONDecoder().decode(InstanceHealth.self, from: Data(value))
            let age: Duration = isOld ? .milliseconds(now().millisecondsSinceEpoch - health.seenAt.millisecondsSinceEpoch) : .zero
            table.withLock { $0.note(health, age: age, now: .now) }
        } catch {
            logger.debug("a record of service-health cannot be read", metadata: ["offset": "\(record.offset)", "error": "\(error)"])
        }
    }
}
