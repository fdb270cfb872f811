import KafkaMock
import Testing

@testable import Kafka

extension BrokerTests {
    struct LeaderMoves {
        let cluster = MockCluster(brokers: 3)

        @Test(
            "records that are written and read while leaders move among three brokers arrive once and in order",
            arguments: KafkaLibrary.allCases)
        func order(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("moving", partitions: 2, replicas: 3)
            let producer = try cluster.producer()
            defer { producer.close() }
            let consumer = try cluster.consumer()
            defer { consumer.close() }
            try consumer.assign((0..<2).map { (TopicPartition(topic: "moving", partition: $0), .beginning) })
            let topic = try producer.topic("moving")
            var read: [(Int32, String)] = []
            for round in 0..<6 {
                for partition in Int32(0)..<2 {
                    cluster.setLeader("moving", partition, broker: Int32(round + Int(partition)) % 3 + 1)
                    for number in 0..<50 { try producer.produce(topic, partition, "k", "\(round * 50 + number)") }
                }
                try producer.flush()
                // Some are read before the next move, the others after it.
                read += try consumer.take(40, max: 40) { ($0.partition, $0.text) }
            }
            read += try consumer.take(600 - read.count) { ($0.partition, $0.text) }
            for partition in Int32(0)..<2 {
                #expect(read.filter { $0.0 == partition }.map(\.1) == (0..<300).map(String.init))
            }
        }

        @Test("a transaction that is open while its partition's leader moves commits", arguments: KafkaLibrary.allCases)
        func transaction(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("out", replicas: 3)
            cluster.setLeader("out", 0, broker: 1)
            let producer = try cluster.producer(transactionalID: "mover")
            defer { producer.close() }
            let topic = try producer.topic("out")
            try producer.initTransactions()
            for broker in Int32(1)...3 {
                try producer.beginTransaction()
                try producer.produce(topic, 0, "k", "before \(broker)")
                cluster.setLeader("out", 0, broker: broker % 3 + 1)
                try producer.produce(topic, 0, "k", "after \(broker)")
                try producer.commitTransaction()
            }
            let reader = try cluster.consumer()
            defer { reader.close() }
            try reader.assign([(TopicPartition(topic: "out", partition: 0), .beginning)])
            #expect(try reader.take(6) { $0.text } == (1...3).flatMap { ["before \($0)", "after \($0)"] })
        }
    }
}
