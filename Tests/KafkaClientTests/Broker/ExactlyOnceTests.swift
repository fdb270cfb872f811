import Foundation
import Testing

@testable import KafkaClient

/// Records and their consumer's progress in one transaction, on the embedded broker, also over a network that loses
/// requests, answers and connections.
@Suite(.timeLimit(.minutes(5))) struct ExactlyOnceTests {
    /// Writes numbered records to "in", evenly to its three partitions.
    private func fill(_ broker: LocalBroker, _ numbers: Range<Int>) async throws {
        let producer = try await broker.producer {
            $0.lingerMilliseconds = 0
            $0.batchBytes = 200
        }
        let topic = try await producer.topic("in")
        for number in numbers {
            try Array("\(number)".utf8).withUnsafeBytes {
                try producer.append(topic, key: nil, value: $0, partition: Int32(number % 3))
            }
            // Many small batches, several of them on their way at once.
            if number % 5 == 0 { await Task.yield() }
        }
        await producer.flush()
        await producer.close()
    }

    private func expected(_ numbers: Range<Int>) -> [Int32: [String]] {
        Dictionary(grouping: numbers, by: { Int32($0 % 3) }).mapValues { $0.map(String.init) }
    }

    @Test(arguments: UInt64(1)...8)
    func `Over a network that loses requests and answers, each record is written once and in order`(
        _ seed: UInt64
    ) async throws {
        try await LocalBroker.run(seed: seed) { broker in
            var faults = 0
            for round in 0..<5 {
                try await fill(broker, round * 200..<(round + 1) * 200)
                faults = broker.network?.faultCount ?? 0
            }
            broker.network?.heal()
            #expect(try await broker.records(of: "in") == expected(0..<1_000))
            #expect(faults > 0)
        }
    }

    /// Copies "in" to "out" in transactions until everything is copied. Any error begins again with new clients, as
    /// a service that restarts.
    private func copy(_ broker: LocalBroker, _ count: Int) async throws {
        var isDone = false
        while !isDone {
            let consumer = try await broker.consumer(group: "copy")
            let producer = try await broker.producer {
                $0.transactionalID = "copy"
                $0.transactionTimeoutMilliseconds = 10_000
            }
            do {
                try await producer.initTransactions()
                let out = try await producer.topic("out")
                try await consumer.subscribe(["in"])
                while !isDone {
                    let runs = try await consumer.poll(max: 37, timeout: .milliseconds(100))
                    if !runs.isEmpty { try await transact(runs, consumer, producer, out) }
                    isDone = try await committed(consumer) == count
                }
            } catch let error as ClientError {
                #expect(error.code != .state && error.code != .protocolViolation, "\(error)")
            }
            await producer.close()
            await consumer.close()
        }
    }

    private func transact(
        _ runs: [RecordRun], _ consumer: KafkaConsumer, _ producer: KafkaProducer, _ out: KafkaProducer.Topic
    ) async throws {
        try await producer.beginTransaction()
        for run in runs {
            for record in run {
                try Array(record.text.utf8).withUnsafeBytes {
                    try producer.append(out, key: nil, value: $0, partition: run.partition.partition)
                }
            }
        }
        let member = try #require(await consumer.groupMetadata)
        let offsets = runs.map { ($0.partition, CommittedOffset(offset: $0.nextOffset, leaderEpoch: $0.leaderEpoch)) }
        do throws(ClientError) {
            try await producer.sendOffsets(Dictionary(offsets, uniquingKeysWith: { $1 }), of: member)
            try await producer.commitTransaction()
        } catch {
            guard error.mustAbortTransaction else { throw error }
            try await producer.abortTransaction()
            throw error
        }
    }

    private func committed(_ consumer: KafkaConsumer) async throws -> Int {
        let places = (Int32(0)..<3).map { TopicPartition(topic: "in", partition: $0) }
        return Int(try await consumer.committed(places).values.reduce(0) { $0 + $1.offset })
    }

    @Test(arguments: UInt64(1)...4)
    func `Copying in transactions over such a network copies each record once and in order`(
        _ seed: UInt64
    ) async throws {
        try await LocalBroker.run(seed: seed) { broker in
            try await fill(broker, 0..<600)
            try await copy(broker, 600)
            broker.network?.heal()
            #expect(try await broker.records(of: "out") == expected(0..<600))
        }
    }

    @Test func `What an aborted transaction wrote is not read, and its offsets are not committed`() async throws {
        try await LocalBroker.run { broker in
            try await fill(broker, 0..<30)
            let consumer = try await broker.consumer(group: "g")
            try await consumer.subscribe(["in"])
            let producer = try await broker.producer { $0.transactionalID = "t" }
            try await producer.initTransactions()
            let out = try await producer.topic("out")
            var runs: [RecordRun] = []
            while runs.isEmpty { runs = try await consumer.poll() }
            let member = try #require(await consumer.groupMetadata)
            let offsets = [runs[0].partition: CommittedOffset(offset: runs[0].nextOffset)]
            for commits in [false, true] {
                try await producer.beginTransaction()
                _ = try await producer.send(out, key: nil, value: Array("\(commits)".utf8), partition: 0)
                try await producer.sendOffsets(offsets, of: member)
                if commits { try await producer.commitTransaction() } else { try await producer.abortTransaction() }
                let committed = try await consumer.committed([runs[0].partition])
                #expect(committed.mapValues(\.offset) == (commits ? offsets.mapValues(\.offset) : [:]))
            }
            #expect(try await broker.records(of: "out") == [0: ["true"]])
            await producer.close()
            await consumer.close()
        }
    }

    @Test func `Offsets of a member that its group has left behind are refused, and the producer goes on`() async throws
    {
        try await LocalBroker.run { broker in
            try await fill(broker, 0..<3)
            let consumer = try await broker.consumer(group: "g")
            try await consumer.subscribe(["in"])
            var member: ConsumerGroupMetadata?
            while member?.generation ?? -1 < 0 {
                _ = try await consumer.poll(timeout: .milliseconds(20))
                member = await consumer.groupMetadata
            }
            var old = try #require(member)
            old.generation -= 1
            let producer = try await broker.producer { $0.transactionalID = "t" }
            try await producer.initTransactions()
            let place = TopicPartition(topic: "in", partition: 0)
            try await producer.beginTransaction()
            let error = await #expect(throws: ClientError.self) {
                try await producer.sendOffsets([place: CommittedOffset(offset: 1)], of: old)
            }
            #expect(error?.mustAbortTransaction == true)
            try await producer.abortTransaction()
            try await producer.beginTransaction()
            try await producer.sendOffsets([place: CommittedOffset(offset: 1)], of: try #require(member))
            try await producer.commitTransaction()
            #expect(try await consumer.committed([place])[place]?.offset == 1)
            await producer.close()
            await consumer.close()
        }
    }

    @Test func `A transaction that the coordinator has ended fences its producer, and the next one of its id goes on`()
        async throws
    {
        try await LocalBroker.run { broker in
            let old = try await broker.producer { $0.transactionalID = "t" }
            let topic = try await old.topic("out")
            try await old.initTransactions()
            try await old.beginTransaction()
            _ = try await old.send(topic, key: nil, value: Array("lost".utf8), partition: 0)
            let new = try await broker.producer { $0.transactionalID = "t" }
            try await new.initTransactions()
            try await new.beginTransaction()
            let error = await #expect(throws: ClientError.self) { try await new.send(topic, key: nil, value: [1]) }
            #expect(error?.code == .state)
            _ = try await new.send(new.topic("out"), key: nil, value: Array("kept".utf8), partition: 0)
            try await new.commitTransaction()
            let fenced = await #expect(throws: ClientError.self) { try await old.commitTransaction() }
            #expect(fenced?.isFatal == true)
            let after = await #expect(throws: ClientError.self) { try await old.beginTransaction() }
            #expect(after?.isFatal == true)
            #expect(try await broker.records(of: "out") == [0: ["kept"]])
            await old.close()
            await new.close()
        }
    }
}
