import Testing
import Threads

@testable import KafkaClient

/// The clients for threads that block, on the embedded broker.
@Suite(.timeLimit(.minutes(2))) struct BlockingClientTests {
    private static let places = (Int32(0)..<3).map { TopicPartition(topic: "in", partition: $0) }

    private static func run(
        _ body: @escaping @Sendable (ClusterSettings) throws -> Void
    ) async throws {
        try await LocalBroker.run { broker in
            let cluster = broker.cluster
            try await DedicatedThread(name: "test").run { () throws(any Error) in try body(cluster) }
        }
    }

    private static func producer(
        _ cluster: ClusterSettings, _ id: String = "t", _ change: (inout ProducerSettings) -> Void = { _ in }
    ) throws -> BlockingProducer {
        var settings = ProducerSettings()
        settings.transactionalID = id
        change(&settings)
        let producer = try BlockingProducer(cluster, settings, logger: LocalBroker.quiet)
        try producer.initTransactions(timeout: .seconds(30))
        return producer
    }

    private static func consumer(
        _ cluster: ClusterSettings, group: String? = nil, _ change: (inout ConsumerSettings) -> Void = { _ in }
    ) throws -> BlockingConsumer {
        var settings = ConsumerSettings(clientID: "test", groupID: group)
        settings.offsetReset = .earliest
        settings.isolation = .readCommitted
        settings.assignmentStrategies = [.roundRobin]
        settings.heartbeatIntervalMilliseconds = 100
        settings.sessionTimeoutMilliseconds = 6_000
        change(&settings)
        return try BlockingConsumer(cluster, settings, logger: LocalBroker.quiet)
    }

    private static func append(
        _ producer: BlockingProducer, _ numbers: Range<Int>, to name: String = "in", bytes: Int = 0
    ) throws {
        let topic = try producer.topic(name, partitions: 3)
        for number in numbers {
            let text = Array("\(number)".utf8) + [UInt8](repeating: 0x20, count: bytes)
            try text.withUnsafeBytes {
                try producer.append(
                    topic, key: nil, value: $0, partition: Int32(number % 3), timestamp: nil, headers: [])
            }
        }
    }

    private static func fill(_ cluster: ClusterSettings, _ numbers: Range<Int>) throws {
        let producer = try producer(cluster, "fill")
        producer.beginTransaction()
        try append(producer, numbers)
        try producer.commitTransaction(timeout: .seconds(30))
        producer.close()
    }

    private static func read(_ consumer: BlockingConsumer, until count: Int) throws -> [Int] {
        var numbers: [Int] = []
        while numbers.count < count {
            for run in try consumer.poll(max: 100, timeout: .milliseconds(100)) {
                numbers += run.compactMap { Int($0.text.prefix { $0 != " " }) }
            }
        }
        return numbers
    }

    // MARK: Consumer

    @Test func `A member reads what it chooses with its share, from where it says`() async throws {
        try await Self.run { cluster in
            try Self.fill(cluster, 0..<30)
            let consumer = try Self.consumer(cluster, group: "g")
            var (given, events): ([TopicPartition], [RebalanceEvent]) = ([], [])
            try consumer.subscribe(["in"]) { event in
                events.append(event)
                guard case .assigned(let places) = event else { return [:] }
                // Calls from inside the handler.
                let ends = try? consumer.offsets(
                    at: .end, of: places, isolation: .readCommitted, timeout: .seconds(30))
                #expect(ends?[Self.places[1]] == 11)
                return [Self.places[1]: .offset(4)]
            } choose: {
                given = $0
                return [Self.places[1]]
            }
            #expect(try Self.read(consumer, until: 6) == [13, 16, 19, 22, 25, 28])
            #expect(given == Self.places && events == [.assigned([Self.places[1]])])
            #expect(consumer.assignment == [Self.places[1]])
            // Behind the marker, of what was read alone.
            #expect(consumer.position(Self.places) == [Self.places[1]: 11])
            try consumer.commit(consumer.position(Self.places), timeout: .seconds(30))
            #expect(try consumer.committed(Self.places, timeout: .seconds(30)) == [Self.places[1]: 11])
            consumer.close()
            #expect(events.last == .revoked([Self.places[1]]))
        }
    }

    @Test func `Paused partitions bring nothing, and a seek brings their records again`() async throws {
        try await Self.run { cluster in
            try Self.fill(cluster, 0..<9)
            let consumer = try Self.consumer(cluster)
            try consumer.assign([Self.places[0]: .beginning])
            #expect(try Self.read(consumer, until: 3) == [0, 3, 6])
            consumer.pause([Self.places[0], Self.places[2]])
            consumer.seek([Self.places[0]: .offset(1), Self.places[2]: .offset(1)])
            #expect(consumer.position(Self.places).isEmpty)
            for _ in 0..<5 { #expect(try consumer.poll(max: 10, timeout: .milliseconds(50)).isEmpty) }
            consumer.resume([Self.places[0], Self.places[2]])
            #expect(try Self.read(consumer, until: 2) == [3, 6])
            #expect(try consumer.partitionCount(of: "in", timeout: .seconds(30)) == 3)
            consumer.close()
            #expect(throws: ClientError.self) { try consumer.poll(max: 1, timeout: .milliseconds(10)) }
        }
    }

    // MARK: Producer

    @Test func `Records, the consumer's offsets and how far they reach belong to one transaction`() async throws {
        try await Self.run { cluster in
            try Self.fill(cluster, 0..<9)
            let consumer = try Self.consumer(cluster, group: "g")
            try consumer.subscribe(["in"]) { _ in [:] }
            _ = try Self.read(consumer, until: 9)
            let producer = try Self.producer(cluster)
            let out = try producer.topic("out")
            for commits in [false, true] {
                producer.beginTransaction()
                try Self.append(producer, 0..<7, to: "out")
                producer.sendOffsets(consumer.position(Self.places), of: consumer)
                if commits {
                    try producer.commitTransaction(timeout: .seconds(30))
                    // After the three, two and two records that were given up, and their markers.
                    #expect(producer.takeDeliveredOffsets(of: out).count == 3)
                } else {
                    try producer.abortTransaction(timeout: .seconds(30))
                    _ = producer.takeDeliveredOffsets(of: out)
                }
                let committed = try consumer.committed(Self.places, timeout: .seconds(30))
                #expect(committed == (commits ? consumer.position(Self.places) : [:]))
            }
            #expect(producer.takeDeliveredOffsets(of: out).isEmpty)
            #expect(producer.status.isConnected && !producer.status.isDown)
            let reader = try Self.consumer(cluster)
            let outs = (Int32(0)..<3).map { TopicPartition(topic: "out", partition: $0) }
            try reader.assign(Dictionary(uniqueKeysWithValues: outs.map { ($0, .beginning) }))
            #expect(try Self.read(reader, until: 7).sorted() == Array(0..<7))
            for client in [reader, consumer] { client.close() }
            producer.close()
        }
    }

    @Test func `A commit with the offsets of a member that its group has left behind asks for an abort`() async throws {
        try await Self.run { cluster in
            try Self.fill(cluster, 0..<3)
            let consumer = try Self.consumer(cluster, group: "g")
            try consumer.subscribe(["in"]) { _ in [:] }
            _ = try Self.read(consumer, until: 3)
            let producer = try Self.producer(cluster)
            let positions = consumer.position(Self.places)
            consumer.close()
            producer.beginTransaction()
            try Self.append(producer, 0..<1, to: "out")
            producer.sendOffsets(positions, of: consumer)
            let error = #expect(throws: ClientError.self) { try producer.commitTransaction(timeout: .seconds(30)) }
            #expect(error?.mustAbortTransaction == true)
            try producer.abortTransaction(timeout: .seconds(30))
            producer.close()
        }
    }

    @Test func `More records than the memory holds wait for room, and all of them arrive`() async throws {
        try await Self.run { cluster in
            let producer = try Self.producer(cluster) { $0.bufferBytes = 100_000 }
            producer.beginTransaction()
            try Self.append(producer, 0..<3_000, to: "in", bytes: 500)
            try producer.commitTransaction(timeout: .seconds(30))
            let consumer = try Self.consumer(cluster)
            try consumer.assign(Dictionary(uniqueKeysWithValues: Self.places.map { ($0, .beginning) }))
            #expect(try Self.read(consumer, until: 3_000).sorted() == Array(0..<3_000))
            consumer.close()
            producer.close()
        }
    }

    @Test func `A wait for room ends where the transaction can only be aborted`() async throws {
        try await Self.run { cluster in
            let old = try Self.producer(cluster) { $0.bufferBytes = 100_000 }
            old.beginTransaction()
            try Self.append(old, 0..<3)
            let new = try Self.producer(cluster)
            let error = #expect(throws: ClientError.self) {
                // Fenced off: nothing of it goes out.
                try Self.append(old, 0..<3_000, bytes: 500)
            }
            #expect(error?.isFatal == true || error?.mustAbortTransaction == true)
            for producer in [old, new] { producer.close() }
        }
    }

    @Test func `A topic's partitions are waited for, and an unknown one is an error in time`() async throws {
        try await Self.run { cluster in
            let producer = try Self.producer(cluster) { $0.blockMilliseconds = 10_000 }
            let topic = try producer.topic("in", partitions: 3)
            let error = #expect(throws: ClientError.self) {
                try producer.append(topic, key: nil, value: nil, partition: 3, timestamp: nil, headers: [])
            }
            #expect(error?.code == .unknownPartition)
            // At once, when the broker was asked again: it does not wait for a partition that nobody makes.
            let unknown = #expect(throws: ClientError.self) { try producer.topic("in", partitions: 4) }
            #expect(unknown?.code == .unknownPartition && unknown?.isRetriable == false)
            var cluster = cluster
            cluster.allowsTopicCreation = false
            let impatient = try Self.producer(cluster) { $0.blockMilliseconds = 300 }
            let late = #expect(throws: ClientError.self) { try impatient.topic("nowhere") }
            #expect(late?.code == .timedOut && late?.isRetriable == true)
            for producer in [producer, impatient] { producer.close() }
        }
    }

    @Test func `Without a broker calls end in time, and say that it is away`() async throws {
        try await DedicatedThread(name: "test").run { () throws(any Error) in
            var cluster = ClusterSettings(bootstrapServers: [BrokerAddress(host: "127.0.0.1", port: 1)])
            cluster.reconnectBackoffMaximumMilliseconds = 50
            var settings = ProducerSettings()
            settings.transactionalID = "t"
            let producer = try BlockingProducer(cluster, settings, logger: LocalBroker.quiet)
            let error = #expect(throws: ClientError.self) {
                try producer.initTransactions(timeout: .milliseconds(500))
            }
            #expect(error?.isRetriable == true)
            #expect(!producer.status.isConnected && producer.status.isDown && producer.status.lastError != nil)
            producer.close()
        }
    }
}
