import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// Transactions with epochs of their own (KIP-890) through the core.
@Suite struct OwnEpochTransactionTests {
    private func broker() throws -> CoreHarness {
        let broker = try CoreHarness()
        _ = broker.createTopic("t", partitions: 2)
        return broker
    }

    private func write(
        _ broker: CoreHarness, _ producer: ProducerIdentity, _ values: [String], partition: Int32 = 0,
        version: Int16 = 12
    ) throws -> ErrorCode? {
        broker.produce(
            "t", partition, try Batches.make(values, producer: producer, sequence: 0, transactional: true),
            transactionalID: "id", version: version)?.errorCode
    }

    @Test(arguments: [true, false])
    func `Three requests are a transaction, each with its own journal commit`(commit: Bool) throws {
        let broker = try broker()
        var producer = try #require(broker.initialize("id"))
        for round in 1...3 {
            #expect(try write(broker, producer, ["a\(round)"]) == .some(.none))
            _ = broker.sendTxnOffset("id", producer, group: "g", "t", Int64(round), version: 5)
            broker.settle()
            #expect(try broker.readAll("t", committedOnly: true).count == (commit ? round - 1 : 0))
            let (error, next) = try #require(broker.endOwnEpoch("id", producer, commit: commit))
            #expect(error == .none)
            #expect(next == ProducerIdentity(id: producer.id, epoch: producer.epoch + 1))
            // The answer was lost, and it is asked for again.
            #expect(broker.endOwnEpoch("id", producer, commit: commit)?.1 == next)
            #expect(broker.endOwnEpoch("id", producer, commit: !commit)?.0 == .invalidTxnState)
            producer = next
        }
        #expect(try broker.readAll("t", committedOnly: true).map(\.value) == (commit ? ["a1", "a2", "a3"] : []))
        #expect(broker.committedOffset(group: "g", "t") == (commit ? 3 : -1))
    }

    @Test func `A batch that comes late is refused, also after a restart`() throws {
        let broker = try broker()
        let old = try #require(broker.initialize("id"))
        #expect(try write(broker, old, ["a"]) == .some(.none))
        let (_, next) = try #require(broker.endOwnEpoch("id", old, commit: true))
        #expect(try write(broker, old, ["late"], partition: 1) == .invalidProducerEpoch)
        var random = SeededGenerator(seed: 1)
        broker.files.losePower(&random)
        try broker.restart()
        #expect(try write(broker, old, ["late"], partition: 1) == .invalidProducerEpoch)
        #expect(broker.endOwnEpoch("id", old, commit: true)?.1 == next)
        #expect(try write(broker, next, ["b"], partition: 1) == .some(.none))
        #expect(broker.endOwnEpoch("id", old, commit: true)?.0 == .producerFenced)
        #expect(broker.endOwnEpoch("id", next, commit: true)?.0 == .some(.none))
        #expect(try broker.readAll("t", 1, committedOnly: true).map(\.value) == ["b"])
    }

    @Test func `An older version of the request adds nothing`() throws {
        let broker = try broker()
        let producer = try #require(broker.initialize("id"))
        #expect(try write(broker, producer, ["a"], version: 11) == .invalidTxnState)
        let token = broker.sendTxnOffset("id", producer, group: "g", "t", 1, version: 4)
        broker.settle()
        let answer = broker.response(token, as: TxnOffsetCommitResponse.self)
        #expect(answer?.topics.first?.partitions.first?.errorCode == .invalidTxnState)
    }

    @Test func `The epochs of a producer id come to their end, and nothing is lost`() throws {
        let broker = try broker()
        var producer = try #require(broker.initialize("id"))
        let first = producer.id
        // Ends of nothing are cheap, and count.
        while producer.epoch < Int16.max - 1 {
            producer = try #require(broker.endOwnEpoch("id", producer, commit: false)).1
        }
        #expect(producer.id == first)
        #expect(try write(broker, producer, ["last"]) == .some(.none))
        let (error, next) = try #require(broker.endOwnEpoch("id", producer, commit: true))
        #expect(error == .none)
        #expect(next.epoch == 0 && next.id != first)
        #expect(try write(broker, next, ["first"]) == .some(.none))
        #expect(broker.endOwnEpoch("id", next, commit: true)?.1 == ProducerIdentity(id: next.id, epoch: 1))
        #expect(try broker.readAll("t", committedOnly: true).map(\.value) == ["last", "first"])
        #expect(try write(broker, producer, ["late"]) != .some(.none))
    }
}
