import KafkaMock
import KafkaProtocol
import Testing

@testable import KafkaClient

/// Groups and transactions on librdkafka's mock cluster, with faults.
@Suite(.timeLimit(.minutes(2))) struct MockGroupTests {
    private static let places = (Int32(0)..<3).map { TopicPartition(topic: "in", partition: $0) }

    private func fill(_ kafka: MockKafka, _ numbers: Range<Int>) async throws {
        let producer = try await kafka.producer()
        let topic = try await producer.topic("in")
        for number in numbers {
            try Array("\(number)".utf8).withUnsafeBytes {
                try producer.append(topic, key: nil, value: $0, partition: Int32(number % 3))
            }
        }
        await producer.flush()
        await producer.close()
    }

    private func kafka() throws -> MockKafka {
        let kafka = try MockKafka()
        kafka.mock.makeTopic("in", partitions: 3, replicas: 3)
        kafka.mock.makeTopic("out", partitions: 3, replicas: 3)
        return kafka
    }

    /// Reads so many records and commits after each poll.
    private func read(_ consumer: KafkaConsumer, _ count: Int) async throws -> [Int] {
        var numbers: [Int] = []
        while numbers.count < count {
            try Task.checkCancellation()
            for run in try await consumer.poll(max: 20) {
                numbers += run.compactMap { Int($0.text) }
                try await consumer.commit([run.partition: run.nextOffset])
            }
        }
        return numbers
    }

    @Test func `A group whose coordinator moves reads on, and commits`() async throws {
        let kafka = try kafka()
        let consumer = try await kafka.consumer(group: "g")
        try await consumer.subscribe(["in"])
        var numbers: [Int] = []
        for round in 0..<4 {
            try await fill(kafka, round * 90..<(round + 1) * 90)
            numbers += try await read(consumer, 45)
            kafka.mock.setCoordinator(.group, "g", broker: Int32(round) % 3 + 1)
            numbers += try await read(consumer, (round + 1) * 90 - numbers.count)
        }
        #expect(numbers.sorted() == Array(0..<360))
        let committed = try await consumer.committed(Self.places)
        #expect(committed.mapValues(\.offset) == Dictionary(uniqueKeysWithValues: Self.places.map { ($0, 120) }))
        await consumer.close()
    }

    @Test func `A member goes on where the one before it has committed and left`() async throws {
        let kafka = try kafka()
        try await fill(kafka, 0..<180)
        var numbers: [Int] = []
        for _ in 0..<2 {
            let consumer = try await kafka.consumer(group: "g")
            try await consumer.subscribe(["in"])
            numbers += try await read(consumer, numbers.isEmpty ? 60 : 180 - numbers.count)
            await consumer.close()
        }
        #expect(numbers.sorted() == Array(0..<180))
    }

    /// What a coordinator or a leader may answer to a member, by API; -195 closes the connection.
    static let faults: [(api: Int16, errors: [ErrorCode], closes: Bool)] = [
        (API.metadata, [.leaderNotAvailable], true),
        (API.findCoordinator, [.coordinatorNotAvailable, .coordinatorLoadInProgress], true),
        (API.joinGroup, [.coordinatorNotAvailable, .coordinatorLoadInProgress, .notCoordinator], true),
        (API.joinGroup, [.unknownMemberID, .rebalanceInProgress], false),
        (API.syncGroup, [.rebalanceInProgress, .notCoordinator, .unknownMemberID, .illegalGeneration], true),
        (API.heartbeat, [.rebalanceInProgress, .notCoordinator], true),
        (API.heartbeat, [.unknownMemberID, .illegalGeneration, .coordinatorNotAvailable], false),
        (API.offsetFetch, [.coordinatorLoadInProgress, .notCoordinator, .unstableOffsetCommit], true),
        (API.offsetCommit, [.coordinatorNotAvailable, .notCoordinator, .coordinatorLoadInProgress], true),
        (API.listOffsets, [.notLeaderOrFollower, .leaderNotAvailable, .unknownTopicOrPartition], true),
        (API.fetch, [.notLeaderOrFollower, .unknownTopicOrPartition, .kafkaStorageError, .leaderNotAvailable], true),
        (API.fetch, [.fetchSessionIDNotFound, .invalidFetchSessionEpoch, .unknownServerError], false),
    ]

    @Test(arguments: faults.indices)
    func `What a coordinator or a leader answers in passing ends, and every record is read once`(
        _ index: Int
    ) async throws {
        let (api, errors, closes) = Self.faults[index]
        let kafka = try kafka()
        try await fill(kafka, 0..<90)
        kafka.mock.fail(api, with: errors.map(\.rawValue) + (closes ? [-195, 0, -195] : []))
        let consumer = try await kafka.consumer(group: "g")
        try await consumer.subscribe(["in"])
        var offsets: [TopicPartition: Int64] = [:]
        var numbers: [Int] = []
        func readOn(to count: Int64) async throws {
            while offsets.values.reduce(0, +) < count {
                try Task.checkCancellation()
                let runs: [RecordRun]
                do throws(ClientError) {
                    runs = try await consumer.poll(max: 20)
                } catch {
                    #expect(error.isRetriable, "\(error)")
                    continue
                }
                for run in runs {
                    do throws(ClientError) {
                        try await consumer.commit([run.partition: run.nextOffset])
                    } catch {
                        // The group has moved on: what was not committed is read again.
                        continue
                    }
                    #expect(run.first { _ in true }?.offset == offsets[run.partition] ?? 0)
                    offsets[run.partition] = run.nextOffset
                    numbers += run.compactMap { Int($0.text) }
                }
            }
        }
        try await readOn(to: 90)
        kafka.mock.fail(api, with: errors.map(\.rawValue) + (closes ? [-195, 0, -195] : []))
        try await fill(kafka, 90..<180)
        try await readOn(to: 180)
        #expect(numbers.sorted() == Array(0..<180))
        kafka.mock.clearErrors(api)
        await consumer.close()
    }

    // MARK: Transactions

    /// Copies what is there in transactions, each with its group's progress.
    private func copy(
        _ consumer: KafkaConsumer, _ producer: KafkaProducer, to count: Int, between: (Int) -> Void
    ) async throws {
        let topic = try await producer.topic("out")
        var copied = 0
        while copied < count {
            try Task.checkCancellation()
            let runs = try await consumer.poll(max: 20)
            if runs.isEmpty { continue }
            try await producer.beginTransaction()
            between(copied)
            for record in runs.flatMap({ Array($0) }) {
                try Array(record.text.utf8).withUnsafeBytes {
                    try producer.append(topic, key: nil, value: $0, partition: 0)
                }
                copied += 1
            }
            let member = try #require(await consumer.groupMetadata)
            let offsets = runs.map { ($0.partition, CommittedOffset(offset: $0.nextOffset)) }
            try await producer.sendOffsets(Dictionary(offsets) { $1 }, of: member)
            try await producer.commitTransaction()
        }
    }

    private func copyAll(between: @escaping (MockKafka, Int) -> Void) async throws {
        let kafka = try kafka()
        try await fill(kafka, 0..<180)
        let consumer = try await kafka.consumer(group: "g")
        try await consumer.subscribe(["in"])
        let producer = try await kafka.producer { $0.transactionalID = "copy" }
        try await producer.initTransactions()
        try await copy(consumer, producer, to: 180) { between(kafka, $0) }
        #expect(try await kafka.kept(of: "out", 0).compactMap { Int($0) }.sorted() == Array(0..<180))
        await producer.close()
        await consumer.close()
    }

    @Test func `Transactions go on while the coordinators of transaction and group move`() async throws {
        try await copyAll { kafka, copied in
            kafka.mock.setCoordinator(.transaction, "copy", broker: Int32(copied / 20) % 3 + 1)
            kafka.mock.setCoordinator(.group, "g", broker: Int32(copied / 20 + 1) % 3 + 1)
        }
    }

    /// What a coordinator may answer in passing, by API.
    static let transactionFaults: [(api: Int16, errors: [ErrorCode])] = [
        (API.addPartitionsToTxn, [.coordinatorLoadInProgress, .notCoordinator, .concurrentTransactions]),
        (API.addPartitionsToTxn, [.coordinatorNotAvailable, .unknownTopicOrPartition]),
        (API.addOffsetsToTxn, [.coordinatorLoadInProgress, .notCoordinator, .concurrentTransactions]),
        (API.txnOffsetCommit, [.coordinatorLoadInProgress, .notCoordinator, .coordinatorNotAvailable]),
        (API.txnOffsetCommit, [.unknownTopicOrPartition]),
        (API.endTxn, [.coordinatorNotAvailable, .notCoordinator, .coordinatorLoadInProgress, .concurrentTransactions]),
    ]

    @Test(arguments: transactionFaults.indices)
    func `What a coordinator answers in passing does not end a transaction`(_ index: Int) async throws {
        let (api, errors) = Self.transactionFaults[index]
        try await copyAll { kafka, _ in kafka.mock.fail(api, with: errors.map(\.rawValue) + [-195, 0]) }
    }

    @Test func `After a refusal the transaction is aborted, and the producer goes on`() async throws {
        let kafka = try kafka()
        let producer = try await kafka.producer { $0.transactionalID = "t" }
        try await producer.initTransactions()
        let topic = try await producer.topic("out")
        for (api, error) in [
            (API.addPartitionsToTxn, ErrorCode.topicAuthorizationFailed), (API.produce, .invalidRecord),
            (API.produce, .outOfOrderSequenceNumber),
        ] {
            kafka.mock.fail(api, with: [error.rawValue])
            try await producer.beginTransaction()
            try Array("lost".utf8).withUnsafeBytes {
                try producer.append(topic, key: nil, value: $0, partition: 1)
            }
            let refused = await #expect(throws: ClientError.self, "\(error)") {
                try await producer.commitTransaction()
            }
            #expect(refused?.mustAbortTransaction == true, "\(error): \(String(describing: refused))")
            try await producer.abortTransaction()
            try await producer.beginTransaction()
            _ = try await producer.send(topic, key: nil, value: Array("\(error)".utf8), partition: 0)
            try await producer.commitTransaction()
        }
        await producer.close()
        #expect(
            try await kafka.kept(of: "out", 0) == [
                "topicAuthorizationFailed", "invalidRecord", "outOfOrderSequenceNumber",
            ])
    }
}
