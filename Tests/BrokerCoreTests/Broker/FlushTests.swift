import Testing

@testable import BrokerCore
@testable import BrokerSimulation

@Suite("Durable batches go to their segments")
struct FlushTests {
    /// A broker of which every batch is in its segment, with the topic `t`.
    private func broker() throws -> CoreHarness {
        let broker = try CoreHarness()
        #expect(broker.createTopic("t", partitions: 2) == .some(.none))
        broker.advance(milliseconds: broker.settings.flushIntervalMilliseconds)
        broker.settle()
        #expect(broker.unflushedBytes == 0)
        return broker
    }

    @Test("a batch that becomes durable only after its flush was due is flushed an interval later")
    func commitSlowerThanTheInterval() throws {
        let broker = try broker()
        let interval = broker.settings.flushIntervalMilliseconds
        broker.produce("t", 0, try Batches.make(["a"]))
        _ = broker.sendProduce("t", 0, try Batches.make(["b"]))
        broker.endOfTick()
        broker.advance(milliseconds: interval)
        #expect(broker.perform(.files))
        // The disk is so slow that "b" is not durable when it should go on.
        broker.advance(milliseconds: interval)
        #expect(!broker.perform(.files))
        #expect(broker.perform(.journal))
        #expect(broker.unflushedBytes > 0)
        broker.advance(milliseconds: interval)
        broker.settle()
        #expect(broker.unflushedBytes == 0)
    }

    @Test("a log that is flushed all the time does not put off the flush of another")
    func busyNeighbour() throws {
        let broker = try broker()
        broker.produce("t", 1, try Batches.make(["quiet"]))
        let large = String(repeating: "z", count: broker.settings.flushBytes)
        for index in 0..<4 {
            // Its flush ends while the next batch waits for the disk.
            _ = broker.sendProduce("t", 0, try Batches.make(["\(index)", large]))
            broker.endOfTick()
            #expect(broker.perform(.journal))
            _ = broker.sendProduce("t", 0, try Batches.make(["\(index)"]))
            broker.endOfTick()
            #expect(broker.perform(.files))
            #expect(broker.perform(.journal))
            broker.advance(milliseconds: broker.settings.flushIntervalMilliseconds / 4)
        }
        while broker.perform(.files) {}
        #expect(broker.unflushedBytes(of: "t", 1) == 0)
    }
}

extension CoreHarness {
    fileprivate var unflushedBytes: Int { core.logs.values.reduce(0) { $0 + $1.unflushedBytes } }

    fileprivate func unflushedBytes(of topic: String, _ partition: Int32) -> Int? {
        core.partition(topic, partition)?.unflushedBytes
    }
}
