import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct TransactionalReadingTests {
    @Test func `Only committed records are handed out, up to the first open transaction`() throws {
        let broker = LogBroker(seed: 1)
        broker.append(count: 2, producer: 1)
        broker.append(count: 2, producer: 2)
        try broker.endTransaction(1, .abort)
        broker.append(count: 2, producer: 1)
        try broker.endTransaction(1, .commit)
        let consumer = ConsumerHarness(broker) { $0.isolation = .readCommitted }
        try consumer.core.assign([t0: .beginning])
        consumer.drain()
        #expect(consumer.offsets.isEmpty)
        try broker.endTransaction(2, .commit)
        consumer.drain()
        #expect(consumer.offsets[t0] == [2, 3, 5, 6])
        // Behind the markers, too.
        #expect(consumer.core.positions([t0]) == [t0: 9])
    }

    @Test func `Read uncommitted hands out all records, and no marker`() throws {
        let broker = LogBroker(seed: 2)
        broker.append(count: 2, producer: 1)
        try broker.endTransaction(1, .abort)
        broker.append(count: 1, producer: 1)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        consumer.drain()
        #expect(consumer.offsets[t0] == [0, 1, 3])
    }

    @Test func `Many transactions at random: exactly the committed records, in order, from any offset`() throws {
        for seed in UInt64(1)...100 {
            let broker = LogBroker(seed: seed)
            var random = SeededGenerator(seed: seed)
            var open: [Int64: [Int64]] = [:]
            var committed: Set<Int64> = []
            for _ in 0..<80 {
                let producer = Int64.random(in: 1...4, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: committed.formUnion(broker.append(count: Int.random(in: 1...4, using: &random)))
                case 1 where open[producer] != nil:
                    let isCommit = Bool.random(using: &random)
                    try broker.endTransaction(producer, isCommit ? .commit : .abort)
                    if isCommit { committed.formUnion(open[producer] ?? []) }
                    open[producer] = nil
                default:
                    open[producer, default: []] += Array(
                        broker.append(count: Int.random(in: 1...4, using: &random), producer: producer))
                }
            }
            for producer in open.keys.sorted() { try broker.endTransaction(producer, .abort) }
            let start = Int64.random(in: 0..<100, using: &random)
            let consumer = ConsumerHarness(broker) {
                $0.isolation = .readCommitted
                $0.partitionFetchMaximumBytes = Int32.random(in: 100...2_000, using: &random)
            }
            try consumer.core.assign([t0: .offset(start)])
            consumer.drain(Int.random(in: 1...20, using: &random))
            #expect(consumer.offsets[t0] ?? [] == committed.filter { $0 >= start }.sorted(), "seed \(seed)")
            #expect(consumer.core.positions([t0]) == [t0: broker.logs[t0]?.end ?? 0], "seed \(seed)")
        }
    }
}
