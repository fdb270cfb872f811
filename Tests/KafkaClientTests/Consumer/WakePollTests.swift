import Testing

@testable import KafkaClient

/// Polls that end because somebody wants them to.
struct WakePollTests {
    private let broker = LogBroker(seed: 1, topics: ["t": 1])
    private let consumer: ConsumerHarness

    init() throws {
        consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        consumer.poll()
    }

    private var now: Int64 { broker.cluster.now.monotonic }

    /// How long a poll without records takes that may wait so long, and is woken after so long.
    private func time(of wait: Int64, wokenAfter delay: Int64? = nil) -> Int64 {
        let began = now
        var isDone = false
        consumer.core.poll(maximum: 10, until: began + wait) { polled in
            #expect(polled.isEmpty)
            isDone = true
        }
        if let delay {
            broker.cluster.run(for: delay)
            consumer.core.wakePoll()
        }
        broker.cluster.run(until: began + wait + 1) { !isDone }
        #expect(isDone)
        return now - began
    }

    @Test func `A poll that waits ends with the wake-up, and the next one waits`() {
        #expect(time(of: 5_000, wokenAfter: 1_000) == 1_000)
        #expect(time(of: 5_000) == 5_000)
    }

    @Test func `A wake-up before a poll that may wait ends it at once, however many they were`() {
        consumer.core.wakePoll()
        consumer.core.wakePoll()
        #expect(time(of: 0) == 0)
        #expect(time(of: 5_000) == 0)
        #expect(time(of: 5_000) == 5_000)
    }

    @Test func `A poll that is woken brings the records that are there`() {
        broker.append(t0, count: 5)
        broker.cluster.run(for: 1_000)
        consumer.core.wakePoll()
        #expect(consumer.poll(wait: 5_000) == 5)
    }
}
