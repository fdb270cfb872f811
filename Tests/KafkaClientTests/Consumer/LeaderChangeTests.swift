import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct LeaderChangeTests {
    @Test func `A partition is read on from its new leader`() throws {
        let broker = LogBroker(seed: 1)
        broker.append(count: 10)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        consumer.drain()
        broker.move(t0, to: 2)
        broker.append(count: 10)
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<20))
        #expect(broker.epochQuestions > 0)
        #expect(consumer.errors.isEmpty)
    }

    @Test func `A log that was cut is read on where it was cut, and what was read ahead of that is not handed out`()
        throws
    {
        let broker = LogBroker(seed: 2)
        for _ in 0..<10 { broker.append(count: 10) }
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        consumer.poll(15)
        broker.cluster.run(for: 2_000)
        broker.truncate(t0, to: 50)
        broker.move(t0, to: 2)
        broker.append(count: 10, "new")
        broker.cluster.tellMetadata()
        broker.cluster.run(for: 2_000)
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<60))
        #expect(consumer.values[t0]?[50] == "50 new")
    }

    @Test func `A position beyond the cut goes back to it, or is an error where nothing may be repeated`() throws {
        for policy in [OffsetReset.earliest, .none] {
            let broker = LogBroker(seed: 3)
            broker.append(count: 10)
            broker.append(count: 10)
            let consumer = ConsumerHarness(broker) { $0.offsetReset = policy }
            try consumer.core.assign([t0: .offset(0)])
            consumer.drain()
            broker.truncate(t0, to: 10)
            broker.move(t0, to: 2)
            broker.append(count: 5, "new")
            consumer.forget()
            consumer.drain()
            if policy == .none {
                #expect(consumer.offsets.isEmpty)
                #expect(consumer.errors.count == 1)
            } else {
                #expect(consumer.offsets[t0] == Array(10..<15))
                #expect(consumer.errors.isEmpty)
            }
        }
    }

    @Test func `Leaders that move, lost answers and broken connections cost no record and repeat none`() throws {
        for seed in Seeds.first(20) {
            let broker = LogBroker(seed: seed, topics: ["t": 4])
            var random = SeededGenerator(seed: seed)
            let places = (Int32(0)..<4).map { TopicPartition(topic: "t", partition: $0) }
            let consumer = ConsumerHarness(broker) { $0.partitionFetchMaximumBytes = 2_000 }
            try consumer.core.assign(Dictionary(uniqueKeysWithValues: places.map { ($0, .beginning) }))
            for _ in 0..<60 {
                let place = places.randomElement(using: &random) ?? t0
                switch Int.random(in: 0..<8, using: &random) {
                case 0: broker.move(place, to: Int32.random(in: 1...3, using: &random))
                case 1: broker.cluster.lostAnswers = UInt64.random(in: 0...200, using: &random)
                case 2: broker.cluster.breakConnection(.fetch(1), .broker(Int32.random(in: 1...3, using: &random)))
                case 3: broker.endSessions()
                case 4:
                    broker.errors[place] = [.kafkaStorageError, .unknownLeaderEpoch, .offsetNotAvailable].randomElement(
                        using: &random)
                case 5: broker.errors = [:]
                default: broker.append(place, count: Int.random(in: 1...20, using: &random))
                }
                consumer.poll(Int.random(in: 1...30, using: &random), wait: Int64.random(in: 1...300, using: &random))
            }
            broker.cluster.lostAnswers = 0
            broker.errors = [:]
            broker.cluster.run(for: 35_000)
            consumer.drain()
            for place in places {
                let end = broker.logs[place]?.end ?? 0
                #expect(consumer.offsets[place] ?? [] == Array(0..<end), "seed \(seed): \(place)")
            }
            #expect(consumer.errors.isEmpty, "seed \(seed): \(consumer.errors)")
        }
    }
}
