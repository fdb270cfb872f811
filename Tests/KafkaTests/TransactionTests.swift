import CRdKafka
import KafkaMock
import Testing
import Threads

@testable import Kafka

extension BrokerTests {
    /// The mock cluster writes no transaction markers: what a commit makes visible is for the real brokers' tests.
    struct Transactions {
        let cluster = MockCluster()

        init() throws {
            cluster.makeTopic("in")
            cluster.makeTopic("out")
            try cluster.fill("in", with: 0..<50)
        }

        @Test("a transaction carries records and the input's offsets", arguments: KafkaLibrary.allCases)
        func commit(_ library: KafkaLibrary) throws {
            cluster.library = library
            let input = TopicPartition(topic: "in", partition: 0)
            let consumer = try cluster.consumer(group: "g")
            defer { consumer.close() }
            var assigned = false
            try consumer.subscribe(["in"]) { _ in
                assigned = true
                return [:]
            }
            let producer = try cluster.producer(transactionalID: "t1")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            var done = 0
            while done < 50 {
                let batch = try consumer.poll(max: 20, timeout: .seconds(10))
                guard assigned, !batch.isEmpty else { continue }
                try producer.beginTransaction()
                for record in batch {
                    try producer.produce(to: output, partition: 0, key: record.key, value: record.value)
                }
                try producer.sendOffsets(try consumer.position([input]), of: consumer)
                try producer.commitTransaction()
                done += batch.count
            }
            #expect(producer.takeDeliveredOffsets(of: output) == [0: 50])
            let reader = try cluster.consumer()
            defer { reader.close() }
            try reader.assign([(TopicPartition(topic: "out", partition: 0), .beginning)])
            #expect(try reader.take(50) { $0.text } == (0..<50).map(String.init))
        }

        @Test("an aborted transaction is followed by the next one", arguments: KafkaLibrary.allCases)
        func abort(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t2")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "dropped")
            try producer.abortTransaction()
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "kept")
            try producer.commitTransaction()
            let reader = try cluster.consumer()
            defer { reader.close() }
            try reader.assign([(TopicPartition(topic: "out", partition: 0), .beginning)])
            // What was aborted is on this cluster's log if it had been sent before the abort.
            var texts = try reader.take(1) { $0.text }
            if texts.first == "dropped", texts.count == 1 { texts += try reader.take(1) { $0.text } }
            #expect(texts == ["kept"] || texts == ["dropped", "kept"])
        }

        @Test("calls out of order are refused, with no flag set", arguments: KafkaLibrary.allCases)
        func outOfOrder(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t3")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            let outside = try failure { try producer.produce(output, 0, "k", "v") }
            #expect(outside.code == .state)
            #expect(!outside.mustAbortTransaction && !outside.isFatal && !outside.isRetriable)
            #expect(try failure { try producer.commitTransaction() }.code == .state)
            try producer.beginTransaction()
            #expect(try failure { try producer.beginTransaction() }.code == .state)
        }

        @Test("a single record cannot be awaited in a transaction", arguments: KafkaLibrary.allCases)
        func noSends(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t4")
            defer { producer.close() }
            let error = try await failure { _ = try await producer.send(topic: "out", key: nil, value: [1]) }
            #expect(error.code == .state)
        }

        @Test(
            "what the coordinator answers decides between retry, abort and end",
            arguments: [
                (API.endTxn, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, false, false),
                (API.endTxn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, false, true),
                (API.endTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, false, true),
                (API.addPartitionsToTxn, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, false, false),
                (API.addPartitionsToTxn, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, true, false),
                (API.produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, false, false),
                (API.produce, RD_KAFKA_RESP_ERR_INVALID_RECORD, true, false),
            ], KafkaLibrary.allCases)
        func classification(
            _ given: (api: Int16, injected: rd_kafka_resp_err_t, mustAbort: Bool, isFatal: Bool),
            _ library: KafkaLibrary
        ) throws {
            let (api, injected, mustAbort, isFatal) = given
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t5")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            cluster.fail(api, with: injected)
            var thrown: KafkaError?
            do {
                try producer.beginTransaction()
                try producer.produce(output, 0, "k", "v")
                try producer.commitTransaction(timeout: .seconds(20))
            } catch let error as KafkaError {
                thrown = error
            }
            #expect((thrown?.mustAbortTransaction ?? false) == mustAbort, "\(String(describing: thrown))")
            #expect((thrown?.isFatal ?? false) == isFatal, "\(String(describing: thrown))")
            if mustAbort {
                try producer.abortTransaction()
                try commitInTheEnd(producer, output)
            }
            if isFatal {
                // It comes by another way than the call's error.
                let end = ContinuousClock.now + .seconds(10)
                while producer.status.fatalError == nil, .now < end { OSThread.sleep(.milliseconds(5)) }
                #expect(producer.status.fatalError != nil)
                #expect(try failure { try producer.produce(output, 0, "k", "v") }.isFatal)
            }
        }

        @Test(
            "a record that only the broker finds too large is distinguished from a broker that is away",
            arguments: KafkaLibrary.allCases)
        func tooLarge(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t7")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            cluster.fail(API.produce, with: RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "v")
            let error = try failure { try producer.commitTransaction(timeout: .seconds(20)) }
            #expect(error.code == .messageTooLarge && error.mustAbortTransaction, "\(error)")
            try producer.abortTransaction()
            try commitInTheEnd(producer, output)
        }

        /// Aborts and repeats while asked to, as a service does.
        private func commitInTheEnd(_ producer: KafkaProducer, _ output: TopicHandle) throws {
            for attempt in 1...4 {
                do {
                    try producer.beginTransaction()
                    try producer.produce(output, 0, "k", "v")
                    return try producer.commitTransaction()
                } catch let error as KafkaError {
                    guard error.mustAbortTransaction, attempt < 4 else { throw error }
                    try producer.abortTransaction()
                }
            }
        }

        @Test("a group that went on without the consumer means abort", arguments: KafkaLibrary.allCases)
        func illegalGeneration(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer(group: "g2")
            defer { consumer.close() }
            try consumer.subscribe(["in"])
            _ = try consumer.take(50) { $0.offset }
            let producer = try cluster.producer(transactionalID: "t6")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            cluster.fail(API.txnOffsetCommit, with: RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "v")
            let error = try failure {
                try producer.sendOffsets([TopicPartition(topic: "in", partition: 0): 50], of: consumer)
                // Of what is sent without waiting for it the commit tells.
                try producer.commitTransaction()
            }
            #expect(error.mustAbortTransaction, "\(error)")
            #expect(error.context?.contains("g2") == true)
            try producer.abortTransaction()
        }

        @Test(
            "what ended a transaction is said by the call that finds out, whichever it is",
            arguments: KafkaLibrary.allCases)
        func reasonOfTheEnd(_ library: KafkaLibrary) throws {
            cluster.library = library
            let consumer = try cluster.consumer(group: "g4")
            defer { consumer.close() }
            try consumer.subscribe(["in"])
            _ = try consumer.take(50) { $0.offset }
            let producer = try cluster.producer(transactionalID: "t9")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            cluster.fail(API.addPartitionsToTxn, with: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "v")
            // The refusal is there before the offsets are sent.
            OSThread.sleep(.milliseconds(500))
            let error = try failure {
                try producer.sendOffsets([TopicPartition(topic: "in", partition: 0): 50], of: consumer)
                try producer.commitTransaction()
            }
            #expect(error.code == .topicAuthorizationFailed && error.mustAbortTransaction, "\(error)")
            try producer.abortTransaction()
        }

        /// After both refusals librdkafka knows neither name nor generation, and commits as nobody in particular.
        @Test("a member that its group has given up commits nothing, though it has not polled since")
        func lostAssignment() throws {
            let consumer = try cluster.consumer(group: "g3", options: ["heartbeat.interval.ms": "50"])
            defer { consumer.close() }
            let member = try #require(consumer.driver as? LibrdkafkaConsumer)
            try consumer.subscribe(["in"])
            _ = try consumer.take(50) { $0.offset }
            let producer = try cluster.producer(transactionalID: "t8")
            defer { producer.close() }
            let output = try producer.topic("out")
            try producer.initTransactions()
            cluster.fail(
                API.heartbeat, with: RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
            while rd_kafka_assignment_lost(member.handle.client) == 0 { OSThread.sleep(.milliseconds(10)) }
            OSThread.sleep(.milliseconds(500))
            try producer.beginTransaction()
            try producer.produce(output, 0, "k", "v")
            let error = try failure {
                try producer.sendOffsets([TopicPartition(topic: "in", partition: 0): 50], of: consumer)
            }
            #expect(error.code == .unknownMember && error.mustAbortTransaction, "\(error)")
            try producer.abortTransaction()
        }
    }
}
