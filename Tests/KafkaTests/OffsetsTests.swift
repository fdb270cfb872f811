import KafkaMock
import Testing

@testable import Kafka

extension BrokerTests {
    struct Offsets {
        let cluster = MockCluster()
        let partition = TopicPartition(topic: "log", partition: 0)

        init() throws {
            cluster.makeTopic("log")
            try cluster.fill("log", with: 0..<100)
        }

        @Test(
            "reading starts where it is asked to",
            arguments: [
                (StartOffset.beginning, 0), (.offset(40), 40), (.offset(99), 99),
            ], KafkaLibrary.allCases)
        func starts(_ given: (start: StartOffset, first: Int), _ library: KafkaLibrary) throws {
            let (start, first) = given
            cluster.library = library
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(partition, start)])
            #expect(try consumer.take(100 - first) { $0.text } == (first..<100).map(String.init))
        }

        @Test("reading from the end sees only what comes after", arguments: KafkaLibrary.allCases)
        func end(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(partition, .end)])
            #expect(try consumer.idle(.seconds(1)) == [])
            try cluster.fill("log", with: 100..<103)
            #expect(try consumer.take(3) { $0.text } == ["100", "101", "102"])
        }

        @Test("seek goes back and forth, and the position follows what is delivered", arguments: KafkaLibrary.allCases)
        func seek(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(partition, .beginning)])
            #expect(try consumer.position([partition]) == [:])
            _ = try consumer.take(100) { $0.offset }
            #expect(try consumer.position([partition]) == [partition: 100])
            try consumer.seek([partition: .offset(20)])
            #expect(try consumer.position([partition]) == [:])
            #expect(try consumer.poll(max: 10, timeout: .seconds(10)).first?.offset == 20)
            try consumer.seek([partition: .offset(98)])
            #expect(try consumer.take(2) { $0.offset } == [98, 99])
            #expect(try consumer.position([partition]) == [partition: 100])
        }

        @Test(
            "a paused partition delivers nothing, and nothing is lost or repeated when it goes on",
            arguments: KafkaLibrary.allCases)
        func pauseAndResume(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign([(partition, .beginning)])
            var taken = try consumer.take(1, max: 30) { $0.text }
            try consumer.pause([partition])
            #expect(try consumer.idle() == [])
            try consumer.resume([partition])
            taken += try consumer.take(100 - taken.count) { $0.text }
            #expect(taken == (0..<100).map(String.init))
        }

        @Test("committed offsets are where another member goes on", arguments: KafkaLibrary.allCases)
        func commitAndResume(_ library: KafkaLibrary) throws {
            cluster.library = library
            let first = try cluster.consumer(group: "g")
            try first.assign([(partition, .committed)])
            _ = try first.take(30, max: 30) { $0.offset }
            #expect(try first.committed([partition]) == [:])
            try first.commit([partition: 30])
            #expect(try first.committed([partition]) == [partition: 30])
            first.close()
            let second = try cluster.consumer(group: "g")
            defer { second.close() }
            try second.assign([(partition, .committed)])
            #expect(try second.take(70) { $0.text } == (30..<100).map(String.init))
        }

        @Test("watermarks are the first offset and the next", arguments: KafkaLibrary.allCases)
        func watermarks(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            #expect(try consumer.watermarks(partition) == Watermarks(low: 0, high: 100))
            #expect(try consumer.partitionCount(of: "log") == 1)
        }

        @Test("a batch's bytes stay valid after its consumer is closed", arguments: KafkaLibrary.allCases)
        func batchOutlivesConsumer(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer()
            try consumer.assign([(partition, .beginning)])
            let batch = try consumer.poll(max: 100, timeout: .seconds(10))
            // librdkafka's client waits for its batches.
            #expect(consumer.close(timeout: .milliseconds(300)) == (library == .swift))
            #expect(batch.map(\.text) == (0..<batch.count).map(String.init))
            #expect(batch.count > 0)
        }
    }
}
