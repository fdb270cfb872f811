import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

/// The room for what is read ahead, shared among brokers and partitions.
@Suite struct ReadAheadTests {
    @Test func `A broker without records does not keep those of another from being read`() throws {
        let broker = LogBroker(seed: 1, topics: ["t": 2])
        broker.move(t1, to: 2)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        consumer.poll()
        for round in 1...10 {
            broker.append(t1, count: 5)
            consumer.poll(wait: 600)
            #expect(consumer.offsets[t1]?.count == round * 5)
        }
    }

    @Test func `A broker that does not answer does not keep another from being read`() throws {
        let broker = LogBroker(seed: 1, topics: ["t": 2])
        broker.move(t1, to: 2)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        broker.cluster.run(for: 2_000)
        // The one request to broker 1 that is on its way has all the room.
        broker.append(t1, count: 5)
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        consumer.poll(wait: 100)
        #expect(consumer.offsets[t1] == [0, 1, 2, 3, 4])
    }

    @Test func `Partitions that are paused give way where nothing more may be read ahead, and lose no record`() throws {
        let broker = LogBroker(seed: 1, topics: ["t": 2])
        for _ in 0..<40 { broker.append(t0, count: 10) }
        let consumer = ConsumerHarness(broker) {
            $0.readAheadBytes = 2_000
            $0.partitionFetchMaximumBytes = 1_000
        }
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        consumer.poll(15)
        broker.cluster.run(for: 3_000)
        try consumer.core.pause([t0])
        broker.append(t1, count: 20)
        consumer.drain()
        #expect(consumer.offsets[t1] == Array(0..<20))
        try consumer.core.resume([t0])
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<400))
    }

    @Test func `Behind a small answer the next poll asks, and gets all that came meanwhile`() throws {
        let broker = LogBroker(seed: 1, topics: ["t": 2])
        let consumer = ConsumerHarness(broker) { $0.readAheadThresholdBytes = 10_000 }
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        broker.append(t0, count: 1)
        consumer.poll()
        let before = broker.fetches
        for _ in 0..<20 {
            broker.append(t0, count: 1)
            broker.append(t1, count: 1)
            broker.cluster.run(for: 50)
        }
        #expect(broker.fetches == before)
        #expect(consumer.poll() == 40)
        #expect(broker.fetches == before + 1)
        // More than the threshold: the rest is there before it is asked for.
        for _ in 0..<40 { broker.append(t0, count: 100) }
        consumer.poll(1)
        let asked = broker.fetches
        broker.cluster.run(for: 500)
        #expect(broker.fetches > asked)
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<4_021))
    }

    @Test func `Polls that do not wait get everything, too, with one fetch each`() throws {
        let broker = LogBroker(seed: 1, topics: ["t": 2])
        let consumer = ConsumerHarness(broker) { $0.readAheadThresholdBytes = 10_000 }
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        broker.append(t0, count: 1)
        consumer.poll(wait: 0)
        broker.cluster.run(for: 1_000)
        consumer.poll(wait: 0)
        for round in 1...20 {
            broker.append(t0, count: 1)
            consumer.poll(wait: 0)
            let before = broker.fetches
            broker.cluster.run(for: 1_000)
            #expect(broker.fetches <= before + 1)
            consumer.poll(wait: 0)
            #expect(consumer.offsets[t0] == Array(0...Int64(round)))
        }
    }
}
