import KafkaMock
import KafkaProtocol
import Testing

@testable import KafkaClient

/// The producer on librdkafka's mock cluster, with faults.
@Suite(.timeLimit(.minutes(2))) struct MockProducingTests {
    private static let partitions: ClosedRange<Int32> = 0...5

    private func append(_ producer: KafkaProducer, _ topic: KafkaProducer.Topic, _ numbers: Range<Int>) throws {
        for number in numbers {
            try Array("\(number)".utf8).withUnsafeBytes {
                try producer.append(topic, key: nil, value: $0, partition: Int32(number % 6))
            }
        }
    }

    private func expectAll(_ count: Int, in kafka: MockKafka, topic: String = "t") async throws {
        for partition in Self.partitions {
            let expected = stride(from: Int(partition), to: count, by: 6).map(String.init)
            #expect(try await kafka.kept(of: topic, partition) == expected, "partition \(partition)")
        }
    }

    @Test func `Records with keys are spread over the brokers, and all are read, each key in its order`() async throws {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        let producer = try await kafka.producer()
        let topic = try await producer.topic("t")
        for number in 0..<3_000 {
            try Array("key \(number % 50)".utf8).withUnsafeBytes { key in
                try Array("\(number)".utf8).withUnsafeBytes { try producer.append(topic, key: key, value: $0) }
            }
        }
        await producer.flush()
        await producer.close()
        let read = try await kafka.records(of: "t")
        #expect(read.count == 6)
        var places: [Int: Set<Int32>] = [:]
        var last: [Int: Int] = [:]
        for (partition, values) in read {
            for number in values.compactMap({ Int($0) }) {
                #expect(number > last[number % 50] ?? -1)
                last[number % 50] = number
                places[number % 50, default: []].insert(partition)
            }
        }
        #expect(read.values.reduce(0) { $0 + $1.count } == 3_000)
        #expect(places.count == 50 && places.values.allSatisfy { $0.count == 1 })
    }

    /// What a broker may answer to Produce that does not mean the end; -195 closes the connection.
    static let faults: [[Int16]] = [
        [ErrorCode.notLeaderOrFollower.rawValue, ErrorCode.notLeaderOrFollower.rawValue],
        [ErrorCode.requestTimedOut.rawValue, 0, ErrorCode.notEnoughReplicas.rawValue],
        [ErrorCode.notEnoughReplicasAfterAppend.rawValue, ErrorCode.kafkaStorageError.rawValue],
        [ErrorCode.outOfOrderSequenceNumber.rawValue],
        [0, ErrorCode.outOfOrderSequenceNumber.rawValue, 0, ErrorCode.outOfOrderSequenceNumber.rawValue],
        [ErrorCode.unknownProducerID.rawValue, ErrorCode.unknownTopicOrPartition.rawValue],
        [-195, 0, -195], [ErrorCode.corruptMessage.rawValue, -195, ErrorCode.leaderNotAvailable.rawValue],
    ]

    /// One request at a time: the mock would take a batch behind one that it refused, and so change the order.
    @Test(arguments: faults)
    func `Whatever a broker answers to Produce, no record is lost, doubled or out of order`(
        _ errors: [Int16]
    ) async throws {
        let kafka = try await produceWithFaults(errors, requestsInFlight: 1)
        try await expectAll(900, in: kafka)
    }

    @Test(arguments: faults)
    func `With several requests on their way none is lost or doubled`(_ errors: [Int16]) async throws {
        let kafka = try await produceWithFaults(errors, requestsInFlight: 5)
        for partition in Self.partitions {
            var numbers: [Int] = []
            var seen: Set<[Int64]> = []
            for batch in try await kafka.batches(of: "t", partition) {
                let (header, values) = (batch.header, try batch.values())
                guard seen.insert([Int64(header.producerEpoch), Int64(header.baseSequence)]).inserted else { continue }
                numbers += values.compactMap { Int($0) }
            }
            #expect(numbers.sorted() == Array(stride(from: Int(partition), to: 900, by: 6)))
        }
    }

    private func produceWithFaults(_ errors: [Int16], requestsInFlight: Int) async throws -> MockKafka {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        let producer = try await kafka.chattyProducer { $0.requestsInFlightLimit = requestsInFlight }
        let topic = try await producer.topic("t")
        try append(producer, topic, 0..<300)
        kafka.mock.fail(API.produce, with: errors)
        try append(producer, topic, 300..<600)
        await producer.flush()
        kafka.mock.fail(API.produce, with: errors)
        try append(producer, topic, 600..<900)
        await producer.flush()
        await producer.close()
        return kafka
    }

    @Test func `Batches that were written and not answered in time are sent again as they were`() async throws {
        let kafka = try MockKafka { $0.requestTimeoutMilliseconds = 1_000 }
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        let producer = try await kafka.chattyProducer()
        let topic = try await producer.topic("t")
        try append(producer, topic, 0..<300)
        await producer.flush()
        // The mock writes at once and answers so late that the connections are given up.
        kafka.mock.setRoundTrip(milliseconds: 60_000)
        try append(producer, topic, 300..<600)
        async let flushed: Void = producer.flush()
        while producer.handle.status.lastError == nil { try await Task.sleep(for: .milliseconds(10)) }
        kafka.mock.setRoundTrip(milliseconds: 0)
        await flushed
        await producer.close()
        try await expectAll(600, in: kafka)
        var repeated = 0
        for partition in Self.partitions {
            let batches = try await kafka.batches(of: "t", partition).map(\.header)
            repeated += batches.count - Set(batches.map { [Int64($0.producerEpoch), Int64($0.baseSequence)] }).count
        }
        #expect(repeated > 0)
    }

    @Test func `Leaders that move while records are written and read lose and double none`() async throws {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        let producer = try await kafka.chattyProducer()
        let topic = try await producer.topic("t")
        let consumer = try await kafka.consumer()
        try await consumer.assign(
            Dictionary(
                uniqueKeysWithValues: Self.partitions.map { (TopicPartition(topic: "t", partition: $0), .beginning) }))
        var read: [Int32: [String]] = [:]
        func poll(until count: Int) async throws {
            while read.values.reduce(0, { $0 + $1.count }) < count {
                try Task.checkCancellation()
                for run in try await consumer.poll() {
                    read[run.partition.partition, default: []] += run.map(\.text)
                }
            }
        }
        for round in 0..<9 {
            try append(producer, topic, round * 120..<round * 120 + 60)
            for partition in Self.partitions {
                kafka.mock.setLeader("t", partition, broker: Int32(round + Int(partition)) % 3 + 1)
            }
            try append(producer, topic, round * 120 + 60..<(round + 1) * 120)
            // Some are read before the next move, the others after it.
            try await poll(until: round * 120 + 40)
        }
        await producer.flush()
        try await poll(until: 1_080)
        await consumer.close()
        await producer.close()
        for partition in Self.partitions {
            #expect(read[partition] == stride(from: Int(partition), to: 1_080, by: 6).map(String.init))
        }
        try await expectAll(1_080, in: kafka)
    }

    @Test(arguments: Int32(1)...3)
    func `A broker that goes away and comes back is waited for`(_ broker: Int32) async throws {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        let producer = try await kafka.chattyProducer()
        let topic = try await producer.topic("t")
        for round in 0..<3 {
            try append(producer, topic, round * 200..<round * 200 + 100)
            kafka.mock.setDown(true, broker: broker)
            try append(producer, topic, round * 200 + 100..<(round + 1) * 200)
            // The others go on meanwhile.
            for partition in Self.partitions where try await kafka.leader(of: "t", partition) != broker {
                _ = try await producer.send(topic, key: nil, value: Array("x".utf8), partition: partition)
            }
            kafka.mock.setDown(false, broker: broker)
            await producer.flush()
        }
        await producer.close()
        for partition in Self.partitions {
            let numbers = try await kafka.kept(of: "t", partition).filter { $0 != "x" }
            #expect(numbers == stride(from: Int(partition), to: 600, by: 6).map(String.init))
        }
    }

    @Test func `Brokers that answer late get several requests at once, and keep the order`() async throws {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("t", partitions: 6, replicas: 3)
        kafka.mock.setRoundTrip(milliseconds: 50)
        let producer = try await kafka.chattyProducer()
        let topic = try await producer.topic("t")
        try append(producer, topic, 0..<900)
        await producer.flush()
        await producer.close()
        kafka.mock.setRoundTrip(milliseconds: 0)
        try await expectAll(900, in: kafka)
    }
}
