import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct ConsumerCoreTests {
    @Test func `Records come in the order of the log, once each, over polls of any size`() throws {
        for maximum in [1, 3, 7, 1_000] {
            let broker = LogBroker(seed: 1)
            for count in [5, 1, 20] { broker.append(count: count) }
            let consumer = ConsumerHarness(broker)
            try consumer.core.assign([t0: .beginning])
            consumer.drain(maximum)
            #expect(consumer.offsets[t0] == Array(0..<26))
            #expect(consumer.values[t0]?.last == "25 ")
            #expect(consumer.core.positions([t0]) == [t0: 26])
        }
    }

    @Test(arguments: [Compression.gzip, .snappy, .lz4, .zstd])
    func `Compressed batches are read`(_ compression: Compression) throws {
        let broker = LogBroker(seed: 2)
        broker.append(count: 100, compression: compression)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .offset(40)])
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(40..<100))
    }

    @Test func `A poll waits for records and ends with them`() throws {
        let broker = LogBroker(seed: 3)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .end])
        consumer.poll(wait: 200)
        broker.cluster.schedule(at: broker.cluster.now.monotonic + 300) { broker.append(count: 1) }
        let before = broker.cluster.now.monotonic
        #expect(consumer.poll(wait: 10_000) == 1)
        #expect(broker.cluster.now.monotonic < before + 1_000)
    }

    @Test func `Nothing from before a seek is handed out after it`() throws {
        for seed in UInt64(1)...40 {
            let broker = LogBroker(seed: seed, topics: ["t": 2])
            for _ in 0..<30 {
                broker.append(t0, count: 10)
                broker.append(t1, count: 10)
            }
            let consumer = ConsumerHarness(broker) { $0.partitionFetchMaximumBytes = 1_000 }
            var random = SeededGenerator(seed: seed)
            try consumer.core.assign([t0: .beginning, t1: .beginning])
            for _ in 0..<20 {
                for _ in 0..<Int.random(in: 0...3, using: &random) { consumer.poll(7, wait: 20) }
                let target = Int64.random(in: 0..<300, using: &random)
                try consumer.core.seek([t0: .offset(target)])
                consumer.forget()
                while consumer.offsets[t0] == nil, target < 300 { consumer.poll(7, wait: 20) }
                let read = consumer.offsets[t0] ?? []
                #expect(read == Array(target..<(target + Int64(read.count))), "seed \(seed)")
            }
        }
    }

    @Test func `A paused partition hands out nothing, and goes on where it was`() throws {
        let broker = LogBroker(seed: 5, topics: ["t": 2])
        broker.append(t0, count: 50)
        broker.append(t1, count: 50)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        consumer.poll(10)
        try consumer.core.pause([t0])
        let read = consumer.offsets[t0]?.count ?? 0
        consumer.drain(10)
        #expect(consumer.offsets[t0]?.count ?? 0 == read)
        #expect(consumer.offsets[t1] == Array(0..<50))
        try consumer.core.resume([t0])
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<50))
    }

    @Test func `Reading ahead stops at its bounds and goes on as records are taken`() throws {
        let broker = LogBroker(seed: 6)
        for _ in 0..<200 { broker.append(count: 10, String(repeating: "x", count: 100)) }
        let consumer = ConsumerHarness(broker) {
            $0.readAheadBytes = 20_000
            $0.partitionReadAheadBytes = 10_000
            $0.partitionFetchMaximumBytes = 4_000
        }
        try consumer.core.assign([t0: .beginning])
        broker.cluster.run(for: 10_000)
        let buffered = consumer.core.partitions[t0]?.bufferedBytes ?? 0
        #expect(buffered >= 10_000 && buffered <= 14_000)
        consumer.drain(15)
        #expect(consumer.offsets[t0] == Array(0..<2_000))
    }

    @Test func `A full partition does not keep others from being read`() throws {
        let broker = LogBroker(seed: 7, topics: ["t": 2])
        for _ in 0..<50 { broker.append(t0, count: 10, String(repeating: "x", count: 100)) }
        let consumer = ConsumerHarness(broker) {
            $0.partitionReadAheadBytes = 5_000
            $0.partitionFetchMaximumBytes = 5_000
        }
        try consumer.core.assign([t0: .beginning, t1: .beginning])
        let start = broker.cluster.now.monotonic
        while consumer.offsets[t0]?.count ?? 0 < 500 { consumer.poll(wait: 2_000) }
        // Each of the twelve fetches would take half a second if the empty partition held up the full one.
        #expect(broker.cluster.now.monotonic - start < 2_000)
    }

    @Test func `Beginning without a commit is as the reset policy says`() throws {
        for (policy, expected) in [(OffsetReset.earliest, Array(Int64(0)..<10)), (.latest, [])] {
            let broker = LogBroker(seed: 8)
            broker.append(count: 10)
            let consumer = ConsumerHarness(broker) {
                $0.groupID = "g"
                $0.offsetReset = policy
            }
            try consumer.core.assign([t0: .committed])
            consumer.drain()
            #expect(consumer.offsets[t0] ?? [] == expected)
        }
        let broker = LogBroker(seed: 8)
        let consumer = ConsumerHarness(broker) {
            $0.groupID = "g"
            $0.offsetReset = .none
        }
        try consumer.core.assign([t0: .committed])
        consumer.poll()
        #expect(consumer.errors.map(\.code) == [ClientError.Code(ErrorCode.offsetOutOfRange)])
    }

    @Test func `A committed offset is where reading begins`() throws {
        let broker = LogBroker(seed: 9)
        broker.append(count: 10)
        broker.committed[t0] = CommittedOffset(offset: 4, leaderEpoch: 0)
        let consumer = ConsumerHarness(broker) { $0.groupID = "g" }
        try consumer.core.assign([t0: .committed])
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(4..<10))
    }

    @Test func `An offset that is gone is reset, or an error where there is no policy`() throws {
        let broker = LogBroker(seed: 10)
        broker.append(count: 10)
        broker.append(count: 10)
        broker.logs[t0]?.batches.removeFirst()
        broker.logs[t0]?.start = 10
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .offset(3)])
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(10..<20))

        let strict = ConsumerHarness(broker) { $0.offsetReset = .none }
        try strict.core.assign([t0: .offset(3)])
        strict.drain()
        #expect(strict.offsets.isEmpty)
        #expect(strict.errors.count == 1)
        try strict.core.seek([t0: .offset(12)])
        strict.drain()
        #expect(strict.offsets[t0] == Array(12..<20))
    }

    @Test func `A batch with a wrong checksum is an error with its place, after the records before it`() throws {
        let broker = LogBroker(seed: 11)
        broker.append(count: 5)
        broker.append(count: 5)
        guard var bytes = broker.logs[t0]?.batches[1].bytes else { return }
        bytes.setInteger(UInt8(0x7f), at: bytes.readerIndex + 70)
        broker.logs[t0]?.batches[1] = try #require(try RecordBatch.next(from: &bytes))
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        consumer.poll()
        consumer.poll()
        #expect(consumer.offsets[t0] == Array(0..<5))
        #expect(consumer.errors.first?.code == .badBatch)
        #expect(consumer.errors.first?.description.contains("offset 5") == true)
        // It does not stop others, and is met again.
        consumer.poll(wait: 5_000)
        #expect(consumer.errors.count == 2)
        try consumer.core.seek([t0: .offset(10)])
        broker.append(count: 1)
        consumer.drain()
        #expect(consumer.offsets[t0] == [0, 1, 2, 3, 4, 10])
    }

    @Test func `A batch that inflates beyond the limit is an error and takes no memory`() throws {
        let broker = LogBroker(seed: 12)
        broker.append(count: 1, String(repeating: "x", count: 1 << 20), compression: .zstd)
        let consumer = ConsumerHarness(broker) { $0.batchBytesLimit = 1 << 16 }
        try consumer.core.assign([t0: .beginning])
        consumer.poll()
        #expect(consumer.errors.first?.code == .badBatch)
        #expect(consumer.errors.first?.message.contains("65536") == true)
    }

    @Test func `A batch larger than all limits is read all the same`() throws {
        let broker = LogBroker(seed: 13)
        broker.append(count: 1, String(repeating: "x", count: 100_000))
        broker.append(count: 1)
        let consumer = ConsumerHarness(broker) {
            $0.fetchMaximumBytes = 1_000
            $0.partitionFetchMaximumBytes = 1_000
            $0.readAheadBytes = 1_000
        }
        try consumer.core.assign([t0: .beginning])
        consumer.drain()
        #expect(consumer.offsets[t0] == [0, 1])
    }

    @Test func `Sessions name only what has changed`() throws {
        let broker = LogBroker(seed: 14, topics: ["t": 10])
        let consumer = ConsumerHarness(broker)
        var starts: [TopicPartition: StartOffset] = [:]
        for number in Int32(0)..<10 { starts[TopicPartition(topic: "t", partition: number)] = .offset(0) }
        try consumer.core.assign(starts)
        for _ in 0..<10 {
            broker.append(t0, count: 1)
            consumer.poll(wait: 200)
        }
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<10))
        #expect(broker.sessions.count == 1)
        #expect(broker.namedPartitions < 10 + 2 * broker.fetches)
    }

    @Test func `A session that the broker has forgotten is begun again`() throws {
        let broker = LogBroker(seed: 15)
        let consumer = ConsumerHarness(broker)
        try consumer.core.assign([t0: .beginning])
        for round in 0..<5 {
            broker.append(count: 3)
            consumer.poll()
            if round.isMultiple(of: 2) { broker.endSessions() }
        }
        consumer.drain()
        #expect(consumer.offsets[t0] == Array(0..<15))
        #expect(consumer.errors.isEmpty)
    }
}
