import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Continuations")
struct ContinuationTests {
    private func waiting(_ broker: CoreHarness) -> [String] {
        broker.core.storage.continuations.sorted { $0.key < $1.key }.map { "\($0.value)" }
    }

    @Test("a trace can print what goes on after a storage operation")
    func storage() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 1)
        broker.settle()
        #expect(waiting(broker).isEmpty)
        _ = broker.sendProduce("t", 0, try Batches.make(["a"]))
        broker.endOfTick()
        #expect(waiting(broker) == ["commit"])
        broker.perform(.journal)
        broker.core.flushAll()
        #expect(waiting(broker).count == 1)
        #expect(waiting(broker).first?.hasPrefix("flush(t-0, through: 1, bytes: ") == true)
    }

    @Test("the oldest batches in memory go first, and only once they are in their files")
    func tails() throws {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 1)
        for value in ["a", "b"] { _ = broker.produce("t", 0, try Batches.make([value])) }
        let log = try #require(broker.core.partition("t", 0))
        var tails = broker.core.tails
        log.flushedOffset = 0
        #expect(tails.trim(to: 0, [log.id: log]) === log)
        #expect(log.tail.map(\.header.baseOffset) == [0, 1])
        log.flushedOffset = 1
        #expect(tails.trim(to: 0, [log.id: log]) === log)
        #expect(log.tail.map(\.header.baseOffset) == [1])
        log.flushedOffset = 2
        #expect(tails.trim(to: 0, [log.id: log]) == nil)
        #expect(log.tail.isEmpty)
    }
}
