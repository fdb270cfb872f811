import KafkaProtocol
import Logging
import Testing

@testable import KafkaClient

/// The producer with its sockets, on the embedded broker, all in this process.
@Suite struct KafkaProducerTests {
    private static let quiet = LocalBroker.quiet

    private func withBroker(_ body: (ClusterSettings) async throws -> Void) async throws {
        try await LocalBroker.run { try await body($0.cluster) }
    }

    /// Where a partition ends, as the broker says.
    private func end(_ handle: ClusterHandle, _ topic: String, _ partition: Int32, committed: Bool) async -> Int64? {
        await withCheckedContinuation { continuation in
            handle.execute { cluster in
                let request = ListOffsetsRequest {
                    $0.replicaID = -1
                    $0.isolationLevel = committed ? 1 : 0
                    $0.topics = [
                        TopicPartitions(
                            name: topic,
                            partitions: [
                                .init {
                                    $0.partitionIndex = partition
                                    $0.timestamp = -1
                                }
                            ])
                    ]
                }
                cluster.send(request, to: .anyBroker, RequestOptions(clientID: "test")) { result in
                    continuation.resume(returning: (try? result.get())?.body.topics.first?.partitions.first?.offset)
                }
            }
        }
    }

    @Test func recordsAreAcknowledgedWithTheirOffsets() async throws {
        try await withBroker { cluster in
            let producer = try await KafkaProducer(cluster, logger: Self.quiet)
            let topic = try await producer.topic("t")
            for index in 0..<10 {
                let metadata = try await producer.send(topic, key: nil, value: Array("v\(index)".utf8), partition: 1)
                #expect(metadata == .init(partition: 1, offset: Int64(index)))
            }
            await producer.close()
        }
    }

    @Test(arguments: ProducerSettings.CompressionType.allCases)
    func manyRecordsReachTheLog(_ compression: ProducerSettings.CompressionType) async throws {
        try await withBroker { cluster in
            var settings = ProducerSettings()
            settings.compression = compression
            let producer = try await KafkaProducer(cluster, settings, logger: Self.quiet)
            let topic = try await producer.topic("t")
            let value = [UInt8](repeating: 7, count: 100)
            for index in 0..<20_000 {
                try value.withUnsafeBytes {
                    try producer.append(topic, key: nil, value: $0, partition: Int32(index % 3))
                }
            }
            await producer.flush()
            let handle = try await ClusterHandle(cluster, logger: Self.quiet)
            var total: Int64 = 0
            for partition in 0..<3 { total += await end(handle, "t", Int32(partition), committed: true) ?? 0 }
            #expect(total == 20_000)
            handle.release()
            await producer.close()
        }
    }

    @Test func aTransactionIsSeenWhenItIsCommitted() async throws {
        try await withBroker { cluster in
            var settings = ProducerSettings()
            settings.transactionalID = "txn"
            let producer = try await KafkaProducer(cluster, settings, logger: Self.quiet)
            let topic = try await producer.topic("t")
            try await producer.initTransactions()
            let handle = try await ClusterHandle(cluster, logger: Self.quiet)
            for round in 0..<20 {
                try await producer.beginTransaction()
                async let sent = producer.send(topic, key: nil, value: [1], partition: 0)
                _ = try await sent
                #expect(await end(handle, "t", 0, committed: true) == Int64(round) * 2)
                if round % 2 == 0 {
                    try await producer.commitTransaction()
                } else {
                    try await producer.abortTransaction()
                }
                // The record and its marker.
                #expect(await end(handle, "t", 0, committed: true) == Int64(round + 1) * 2)
            }
            handle.release()
            await producer.close()
        }
    }

    @Test func aSecondProducerFencesOffTheFirst() async throws {
        try await withBroker { cluster in
            var settings = ProducerSettings()
            settings.transactionalID = "txn"
            let old = try await KafkaProducer(cluster, settings, logger: Self.quiet)
            let topic = try await old.topic("t")
            try await old.initTransactions()
            try await old.beginTransaction()
            _ = try await old.send(topic, key: nil, value: [1], partition: 0)
            let new = try await KafkaProducer(cluster, settings, logger: Self.quiet)
            try await new.initTransactions()
            let error = await #expect(throws: ClientError.self) { try await old.commitTransaction() }
            #expect(error?.isFatal == true)
            await old.close()
            await new.close()
        }
    }

    @Test func clientsOfAProcessShareTheirConnections() async throws {
        try await withBroker { cluster in
            let first = try await KafkaProducer(cluster, logger: Self.quiet)
            let second = try await KafkaProducer(cluster, logger: Self.quiet)
            for producer in [first, second] {
                _ = try await producer.send(producer.topic("t"), key: [1], value: [2])
            }
            let handle = try await ClusterHandle(cluster, logger: Self.quiet)
            // One for short calls, one for Produce.
            let count = await handle.run { $0.links.values.filter { $0.node.broker != nil }.count }
            #expect(count <= 2)
            handle.release()
            await first.close()
            await second.close()
        }
    }

    @Test func aBrokerThatIsNotThereIsSaidInTime() async throws {
        var settings = ProducerSettings()
        settings.blockMilliseconds = 300
        let cluster = ClusterSettings(bootstrapServers: [.init(host: "127.0.0.1", port: 1)])
        let producer = try await KafkaProducer(cluster, settings, logger: Self.quiet)
        let error = await #expect(throws: ClientError.self) { try await producer.topic("t") }
        #expect(error?.code == .timedOut)
        #expect(error?.context == "topic t")
        await producer.close()
    }
}
