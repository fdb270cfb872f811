import KafkaMock
import Testing

@testable import Kafka

extension BrokerTests {
    struct ProduceAndConsume {
        let cluster = MockCluster()

        @Test("records arrive with their content, in the order of each partition", arguments: KafkaLibrary.allCases)
        func orderAndContent(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("orders", partitions: 3)
            for partition in Int32(0)..<3 {
                try cluster.fill("orders", partition: partition, with: 0..<500)
            }
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign((0..<3).map { (TopicPartition(topic: "orders", partition: $0), .beginning) })
            let records = try consumer.take(1500) { ($0.partition, $0.offset, $0.keyText, $0.text) }
            #expect(records.count == 1500)
            for partition in Int32(0)..<3 {
                let own = records.filter { $0.0 == partition }
                #expect(own.map(\.1) == Array(0..<500))
                #expect(own.map(\.2) == (0..<500).map { "k\($0)" })
                #expect(own.map(\.3) == (0..<500).map { "\($0)" })
            }
        }

        @Test("key, value, headers and timestamp survive, and nothing stays nothing", arguments: KafkaLibrary.allCases)
        func everyPart(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("parts")
            let producer = try cluster.producer()
            let headers = [
                RecordHeader("reason", "bad json"), RecordHeader("reason", "again"),
                RecordHeader("none", nil as [UInt8]?),
                RecordHeader("empty", [UInt8]()), RecordHeader("bytes", [0, 255, 10]),
            ]
            let sent = try await producer.send(
                topic: "parts", partition: 0, key: [1, 2], value: [3], headers: headers, timestamp: 1_700_000_000_123)
            #expect((sent.topic, sent.partition, sent.offset) == ("parts", 0, 0))
            _ = try await producer.send(topic: "parts", partition: 0, key: nil, value: nil)
            _ = try await producer.send(topic: "parts", partition: 0, key: [], value: [])
            _ = try await producer.send(
                topic: "parts", partition: 0, key: [], value: [], headers: [RecordHeader("h", "v")])
            producer.close()

            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(TopicPartition(topic: "parts", partition: 0), .beginning)])
            let records = try consumer.take(4) {
                ($0.key.map(Array.init), $0.value.map(Array.init), $0.headers, $0.timestamp)
            }
            try #require(records.count == 4)
            #expect(records[0].0 == [1, 2])
            #expect(records[0].1 == [3])
            #expect(records[0].2 == headers)
            #expect(records[0].3 == 1_700_000_000_123)
            #expect(records[1].0 == nil)
            #expect(records[1].1 == nil)
            #expect(records[1].2 == [])
            #expect(records[2].0 == [])
            #expect(records[2].1 == [])
            #expect(records[3].1 == [])
            #expect(records[3].2 == [RecordHeader("h", "v")])
        }

        @Test("a consumer numbers its topics in the order in which they were named", arguments: KafkaLibrary.allCases)
        func topicNumbers(_ library: KafkaLibrary) throws {
            cluster.library = library
            for topic in ["b", "a"] {
                cluster.makeTopic(topic)
                try cluster.fill(topic, with: 0..<3)
            }
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign(["b", "a"].map { (TopicPartition(topic: $0, partition: 0), .beginning) })
            let records = try consumer.take(6) { $0.topic }
            #expect(consumer.topicID("b") == TopicID(rawValue: 0))
            #expect(consumer.topicName(TopicID(rawValue: 1)) == "a")
            #expect(records.filter { $0 == TopicID(rawValue: 0) }.count == 3)
            #expect(records.filter { $0 == TopicID(rawValue: 1) }.count == 3)
        }

        @Test("a poll hands over what is there, up to its limit", arguments: KafkaLibrary.allCases)
        func batchSizes(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("batches")
            try cluster.fill("batches", with: 0..<1000)
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(TopicPartition(topic: "batches", partition: 0), .beginning)])
            var sizes: [Int] = []
            while sizes.reduce(0, +) < 1000 { sizes.append(try consumer.poll(max: 300, timeout: .seconds(10)).count) }
            #expect(sizes.max() == 300)
            #expect(sizes.reduce(0, +) == 1000)
            #expect(try consumer.poll(max: 300, timeout: .zero).isEmpty)
        }

        @Test("a key goes to the partition that the Java client would choose", arguments: KafkaLibrary.allCases)
        func partitioner(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("keyed", partitions: 6)
            let producer = try cluster.producer()
            defer { producer.close() }
            // murmur2("1") & 0x7fffffff mod 6, and so on, by Kafka's own Utils.murmur2.
            for key in ["1", "2", "3", "123", "order"] {
                let metadata = try await producer.send(topic: "keyed", key: Array(key.utf8), value: [1])
                #expect(metadata.partition == Int32(Murmur2.hash(Array(key.utf8)) & 0x7fff_ffff) % 6)
            }
        }

        @Test("many awaited sends at a time are each answered with their own offset", arguments: KafkaLibrary.allCases)
        func concurrentSends(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("sends")
            let producer = try cluster.producer()
            defer { producer.close() }
            let topic = try producer.topic("sends")
            let offsets = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await producer.send(to: topic, partition: 0, key: nil, value: Array("\(number)".utf8))
                            .offset
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1 ?? -1) }
            }
            #expect(offsets == Set(0..<200))
        }

        @Test("delivered offsets reach as far as the last record", arguments: KafkaLibrary.allCases)
        func deliveredOffsets(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("changelog", partitions: 2)
            let producer = try cluster.producer()
            defer { producer.close() }
            let topic = try producer.topic("changelog")
            for number in 0..<30 { try producer.produce(topic, Int32(number % 2), "k", "\(number)") }
            try producer.flush()
            #expect(producer.takeDeliveredOffsets(of: topic) == [0: 15, 1: 15])
            #expect(producer.takeDeliveredOffsets(of: topic) == [:])
        }
    }
}

/// Kafka's hash of a key, written from its definition (org.apache.kafka.common.utils.Utils.murmur2).
enum Murmur2 {
    static func hash(_ data: [UInt8]) -> UInt32 {
        let m: UInt32 = 0x5bd1_e995
        var h = 0x9747_b28c ^ UInt32(data.count)
        var index = 0
        while index + 4 <= data.count {
            var k =
                UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16 | UInt32(
                    data[index + 3]) << 24
            k = k &* m
            k ^= k >> 24
            k = k &* m
            h = h &* m ^ k
            index += 4
        }
        if index < data.count {
            for (shift, byte) in data[index...].enumerated() { h ^= UInt32(byte) << (8 * UInt32(shift)) }
            h = h &* m
        }
        h ^= h >> 13
        h = h &* m
        return h ^ h >> 15
    }
}
