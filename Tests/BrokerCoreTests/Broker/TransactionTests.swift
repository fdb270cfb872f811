import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

@Suite("Transactions through the core")
struct TransactionTests {
    private func broker() throws -> CoreHarness {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 2)
        return broker
    }

    private func write(
        _ broker: CoreHarness, _ producer: ProducerIdentity, _ values: [String], partition: Int32 = 0,
        sequence: Int32 = 0
    ) throws -> ErrorCode? {
        broker.produce(
            "t", partition, try Batches.make(values, producer: producer, sequence: sequence, transactional: true),
            transactionalID: "id")?.errorCode
    }

    @Test("a read-committed consumer sees a transaction only once it is committed", arguments: [true, false])
    func visibility(commit: Bool) throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        #expect(broker.addPartitions("id", producer, "t", [0]) == .some(.none))
        #expect(try write(broker, producer, ["a", "b"]) == .some(.none))
        broker.produce("t", 0, try Batches.make(["plain"]))
        #expect(try broker.readAll("t").map(\.value) == ["a", "b", "plain"])
        #expect(try broker.readAll("t", committedOnly: true).isEmpty)
        #expect(broker.listOffset("t", timestamp: -1, committedOnly: true)?.offset == 0)
        #expect(broker.end("id", producer, commit: commit) == .some(.none))
        #expect(
            try broker.readAll("t", committedOnly: true).map(\.value) == (commit ? ["a", "b", "plain"] : ["plain"]))
        #expect(broker.listOffset("t", timestamp: -1, committedOnly: true)?.offset == 4)
    }

    @Test("a waiting read-committed fetch is woken by the commit")
    func wake() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0])
        let fetch = broker.sendFetch("t", from: 0, committedOnly: true, maxWait: 10_000, connection: 2)
        #expect(try write(broker, producer, ["a"]) == .some(.none))
        #expect(broker.fetched(fetch) == nil)
        _ = broker.end("id", producer, commit: true)
        #expect(try Batches.read(broker.fetched(fetch)?.records, from: 0).records.map(\.value) == ["a"])
    }

    @Test("a whole transaction takes one journal commit for each of its writes and none for the rest")
    func journalWrites() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        broker.settle()
        func commits(_ send: () throws -> RequestToken) throws -> Int {
            let token = try send()
            broker.endOfTick()
            let count = broker.queues[.journal]?.count ?? 0
            broker.settle()
            #expect(broker.responses[token] != nil)
            return count
        }
        #expect(try commits { broker.sendAddPartitions("id", producer, "t", [0, 1]) } == 0)
        #expect(
            try commits {
                broker.sendProduce(
                    "t", 0, try Batches.make(["a"], producer: producer, sequence: 0, transactional: true),
                    transactionalID: "id")
            } == 1)
        #expect(try commits { broker.sendAddOffsets("id", producer, group: "g") } == 0)
        #expect(try commits { broker.sendTxnOffset("id", producer, group: "g", "t", 7) } == 1)
        #expect(try commits { broker.sendEnd("id", producer, commit: true) } == 1)
        #expect(broker.committedOffset(group: "g", "t") == 7)
    }

    @Test("offsets count only when their transaction is committed", arguments: [true, false])
    func offsets(commit: Bool) throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        #expect(
            broker.response(broker.sendAddOffsets("id", producer, group: "g"), as: AddOffsetsToTxnResponse.self)?
                .errorCode
                == .some(.none))
        _ = broker.sendTxnOffset("id", producer, group: "g", "t", 5)
        broker.settle()
        #expect(broker.committedOffset(group: "g", "t") == -1)
        _ = broker.end("id", producer, commit: commit)
        #expect(broker.committedOffset(group: "g", "t") == (commit ? 5 : -1))
        try broker.restart()
        #expect(broker.committedOffset(group: "g", "t") == (commit ? 5 : -1))
    }

    @Test("a new producer of the id fences the old one and aborts what it had begun")
    func fencing() throws {
        let broker = try broker()
        let old = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", old, "t", [0])
        _ = try write(broker, old, ["lost"])
        let new = try #require(broker.initialize("id"))
        #expect(new.id == old.id && new.epoch == old.epoch + 1)
        #expect(try write(broker, old, ["late"], sequence: 1) == .invalidProducerEpoch)
        #expect(broker.end("id", old, commit: true) == .producerFenced)
        _ = broker.addPartitions("id", new, "t", [0])
        #expect(try write(broker, new, ["new"]) == .some(.none))
        #expect(broker.end("id", new, commit: true) == .some(.none))
        #expect(try broker.readAll("t", committedOnly: true).map(\.value) == ["new"])
    }

    @Test("a transaction that takes too long is aborted")
    func timeout() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id", timeout: 1000))
        _ = broker.addPartitions("id", producer, "t", [0])
        _ = try write(broker, producer, ["slow"])
        broker.advance(milliseconds: 999)
        broker.settle()
        #expect(broker.listOffset("t", timestamp: -1, committedOnly: true)?.offset == 0)
        broker.advance(milliseconds: 1)
        broker.settle()
        #expect(broker.listOffset("t", timestamp: -1, committedOnly: true)?.offset == 2)
        #expect(try broker.readAll("t", committedOnly: true).isEmpty)
        #expect(broker.end("id", producer, commit: true) == .producerFenced)
    }

    @Test("an open transaction survives a restart and can be ended", arguments: [true, false])
    func restart(commit: Bool) throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        _ = broker.addPartitions("id", producer, "t", [0, 1])
        _ = try write(broker, producer, ["a"])
        var random = SeededGenerator(seed: 1)
        broker.files.losePower(&random)
        try broker.restart()
        #expect(try broker.readAll("t", committedOnly: true).isEmpty)
        // Partition 1 was added, but nothing written to it before.
        #expect(try write(broker, producer, ["b"], partition: 1) == .some(.none))
        #expect(broker.end("id", producer, commit: commit) == .some(.none))
        #expect(try broker.readAll("t", 0, committedOnly: true).map(\.value) == (commit ? ["a"] : []))
        #expect(try broker.readAll("t", 1, committedOnly: true).map(\.value) == (commit ? ["b"] : []))
        #expect(broker.end("id", producer, commit: commit) == .some(.none))
    }

    @Test("a crash at any step of the end leaves it whole or not at all")
    func crashAtEnd() throws {
        for call in 0..<6 {
            let broker = try broker()
            let producer = try #require(broker.initialize("id"))
            _ = broker.addPartitions("id", producer, "t", [0, 1])
            _ = try write(broker, producer, ["a"])
            _ = try write(broker, producer, ["b"], partition: 1)
            let end = broker.sendEnd("id", producer, commit: true)
            broker.endOfTick()
            broker.files.dieAfter(calls: call)
            broker.perform(.journal)
            let wasAcknowledged = broker.response(end, as: EndTxnResponse.self)?.errorCode == .some(.none)
            var random = SeededGenerator(seed: UInt64(call))
            broker.files.losePower(&random)
            try broker.restart()
            let seen =
                try broker.readAll("t", 0, committedOnly: true).count
                + broker.readAll("t", 1, committedOnly: true).count
            #expect(seen == 0 || seen == 2)
            if wasAcknowledged { #expect(seen == 2) }
            #expect(broker.end("id", producer, commit: true) == .some(.none))
            #expect(try broker.readAll("t", 1, committedOnly: true).map(\.value) == ["b"])
        }
    }
}
