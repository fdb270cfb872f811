import CRdKafka
import KafkaMock
import Synchronization
import Testing
import Threads

@testable import Kafka

extension BrokerTests {
    struct DeliveryErrors {
        let cluster = MockCluster()

        init() { cluster.makeTopic("out") }

        @Test("an awaited send that the broker refuses says what and where", arguments: KafkaLibrary.allCases)
        func refusedSend(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try cluster.producer()
            defer { producer.close() }
            cluster.fail(API.produce, with: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            let error = try await failure {
                _ = try await producer.send(topic: "out", partition: 0, key: nil, value: [1])
            }
            #expect(error.code == .topicAuthorizationFailed)
            #expect("\(error)".contains("out[0]"))
            #expect(!error.isRetriable)
        }

        @Test("a retriable refusal is retried, and the record is there once", arguments: KafkaLibrary.allCases)
        func retriedSend(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try cluster.producer()
            defer { producer.close() }
            cluster.fail(API.produce, with: RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT)
            let metadata = try await producer.send(topic: "out", partition: 0, key: nil, value: [1])
            #expect(metadata.partition == 0)
        }

        @Test("records that were not awaited show their failure in flush, once", arguments: KafkaLibrary.allCases)
        func refusedProduce(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer()
            defer { producer.close() }
            let topic = try producer.topic("out")
            cluster.fail(API.produce, with: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            try producer.produce(topic, 0, "k", "v")
            let error = try failure { try producer.flush() }
            #expect(error.code == .deliveryFailed)
            #expect(error.message.contains("1 record(s)"))
            #expect(error.message.contains("out[0]"))
            try producer.flush()
        }

        @Test("too large a record and an unknown partition are refused at once", arguments: KafkaLibrary.allCases)
        func refusedAtOnce(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(options: ["message.max.bytes": "2000"])
            defer { producer.close() }
            let topic = try producer.topic("out")
            let large = try failure { try producer.produce(topic, 0, "k", String(repeating: "x", count: 3000)) }
            #expect(large.code == .messageTooLarge)
            #expect(!large.isRetriable)
            try producer.produce(topic, 0, "k", "v")
            try producer.flush()
            #expect(try failure { try producer.produce(topic, 17, "k", "v") }.code == .unknownPartition)
        }

        @Test("a full queue is an error of its own, or waited for", arguments: KafkaLibrary.allCases)
        func fullQueue(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(options: [
                // Each library has a bound of its own.
                "queue.buffering.max.messages": "10", "queue.buffering.max.kbytes": "1", "linger.ms": "50",
            ])
            defer { producer.close() }
            let topic = try producer.topic("out")
            let error = try failure {
                for _ in 0..<1_000 { try producer.produce(to: topic, partition: 0, key: nil, value: nil) }
            }
            #expect(error.code == .queueFull)
            #expect(error.isRetriable)
            for _ in 0..<1_000 {
                try producer.produce(to: topic, partition: 0, key: nil, value: nil, whenFull: .wait)
            }
            try producer.flush()
        }

        @Test("a cluster that is away shows in the status, and its return too", arguments: KafkaLibrary.allCases)
        func awayAndBack(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try cluster.producer()
            defer { producer.close() }
            _ = try await producer.send(topic: "out", partition: 0, key: nil, value: [1])
            cluster.setDown(true)
            // Until the connection is found broken.
            let end = ContinuousClock.now + .seconds(30)
            while !producer.status.allBrokersDown, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(producer.status.allBrokersDown)
            #expect(!producer.status.isConnected)
            #expect(producer.status.lastError != nil)
            #expect(producer.status.lastErrorAt != nil)
            cluster.setDown(false)
            _ = try await producer.send(topic: "out", partition: 0, key: nil, value: [1])
            #expect(!producer.status.allBrokersDown)
            #expect(producer.status.isConnected)
        }

        @Test("nobody listening: a send fails within its time, and closing too", arguments: KafkaLibrary.allCases)
        func nobodyThere(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try KafkaProducer(
                settings: cluster.nowhere, options: ["message.timeout.ms": "1000"],
                logger: quiet)
            let error = try await failure { _ = try await producer.send(topic: "out", key: nil, value: [1]) }
            #expect(error.code == .messageTimedOut)
            #expect(error.isRetriable)
            #expect(producer.close(timeout: .seconds(5)))
        }
    }
}
