import Testing

@testable import KafkaClient

/// How long brokers are asked to wait for records.
struct FetchWaitTests {
    private let broker = LogBroker(seed: 1, topics: ["t": 2])

    private func consumer(idleWait: Int32) throws -> ConsumerHarness {
        let consumer = ConsumerHarness(broker) { $0.fetchIdleWaitMilliseconds = idleWait }
        try consumer.core.assign([t0: .beginning])
        return consumer
    }

    /// What was asked for in so many milliseconds without records.
    private func waits(_ consumer: ConsumerHarness, in milliseconds: Int64) -> [Int32] {
        let before = broker.waits.count
        #expect(consumer.poll(wait: milliseconds) == 0)
        return Array(broker.waits[before...])
    }

    @Test func `Where nothing comes the broker is asked less and less often, and records come at once`() throws {
        let consumer = try consumer(idleWait: 4_000)
        #expect(waits(consumer, in: 18_000) == [500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000])
        let before = broker.waits.count
        broker.append(t0, count: 1)
        #expect(consumer.poll(wait: 50) == 1)
        #expect(consumer.poll(wait: 3_000) == 0)
        #expect(Array(broker.waits[before...]) == [500, 1_000, 2_000])
        #expect(consumer.offsets[t0] == [0])
    }

    @Test func `Without such a limit it is asked as often as ever`() throws {
        let consumer = try consumer(idleWait: 500)
        let waits = waits(consumer, in: 18_000)
        #expect(waits.count > 30 && Set(waits) == [500])
    }

    @Test func `With other partitions, or elsewhere in them, the waits are short again`() throws {
        let consumer = try consumer(idleWait: 4_000)
        #expect(waits(consumer, in: 12_000).last == 4_000)
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        // Behind the one that is on its way.
        #expect(waits(consumer, in: 5_000).first == 500)
        #expect(waits(consumer, in: 12_000).last == 4_000)
        try consumer.core.seek([t0: .end])
        #expect(waits(consumer, in: 5_000).first == 500)
    }
}
