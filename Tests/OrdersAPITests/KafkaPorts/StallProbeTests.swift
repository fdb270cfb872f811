import Kafka
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(2))) struct StallProbeTests {
    private let place = TopicPartition(topic: "order-analytics", partition: 0)

    @Test func aPlaceIsTold() async throws {
        try await TestBroker.run { broker in
            let inspector = try KafkaClusterInspector(settings: broker.settings, lifetime: .zero, logger: broker.logger)
            func read(from: Int64, to: Int64) async -> PlaceReading {
                await inspector.read(place.topic, place.partition, from: from, to: to)
            }
            // 0 and a marker; then an aborted one.
            try await broker.commit([(0, Sample.document(1))])
            let committed = try #require(try await broker.admin.endOffsets([place])[place])
            #expect(await read(from: 0, to: committed) == .record)
            try await broker.commit([(0, Sample.document(2))], abort: true)
            let end = try #require(try await broker.admin.endOffsets([place])[place])
            #expect(end > committed)
            #expect(await read(from: 1, to: end) == .nothing)
            #expect(await read(from: committed, to: end) == .nothing)
            // What is said to be there and never comes.
            #expect(await read(from: end, to: end + 5) == .unreadable)
            await inspector.close()
        }
    }

    @Test func theInspectorTellsPositionsAndOpenTransactions() async throws {
        try await TestBroker.run { broker in
            let inspector = try KafkaClusterInspector(settings: broker.settings, lifetime: .zero, logger: broker.logger)
            try await broker.commit([(0, Sample.document(1))])
            let end = try #require(try await broker.admin.endOffsets([place])[place])
            let (settings, logger) = (broker.settings, broker.logger)
            let open = try await DedicatedThread(name: "test-open").run { () throws(any Error) in
                let producer = try KafkaProducer(settings: settings, transactionalID: "open", logger: logger)
                try producer.initTransactions()
                try producer.beginTransaction()
                let topic = try producer.topic("order-analytics")
                try [UInt8]([0x31]).withUnsafeBytes {
                    try producer.produce(to: topic, partition: 0, key: $0, value: $0)
                }
                try producer.flush()
                return producer
            }
            let lag = try #require(
                await inspector.look().groups.first { $0.name == "sink-group" }?.partitions.first { $0.partition == 0 })
            #expect(lag.position == 0)
            #expect(lag.end == end)
            #expect(lag.highWatermark == end + 1)
            await DedicatedThread(name: "test-close").run { _ = open.close(timeout: .seconds(2)) }
            await inspector.close()
        }
    }
}
