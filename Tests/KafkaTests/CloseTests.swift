import KafkaMock
import Testing
import Threads

@testable import Kafka

extension BrokerTests {
    struct Closing {
        let cluster = MockCluster()

        init() { cluster.makeTopic("out", partitions: 2) }

        @Test(
            "what was produced before closing is delivered, and later calls are refused",
            arguments: KafkaLibrary.allCases)
        func flushes(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer()
            let topic = try producer.topic("out")
            for number in 0..<1000 { try producer.produce(topic, 0, "k", "\(number)") }
            #expect(producer.close())
            #expect(try failure { try producer.produce(topic, 0, "k", "v") }.code == .closed)
            #expect(try failure { try producer.flush() }.code == .closed)
            #expect(producer.close())
            let reader = try cluster.consumer()
            try reader.assign([(TopicPartition(topic: "out", partition: 0), .beginning)])
            #expect(try reader.take(1000) { $0.offset }.count == 1000)
            #expect(reader.close())
            #expect(try failure { _ = try reader.poll(max: 1, timeout: .zero) }.code == .closed)
        }

        @Test("closing while several threads produce neither hangs nor crashes", arguments: KafkaLibrary.allCases)
        func closeUnderLoad(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try cluster.producer()
            let topic = try producer.topic("out")
            let codes: [KafkaError.Code] = await withTaskGroup(of: KafkaError.Code?.self) { group in
                for _ in 0..<3 {
                    let thread = DedicatedThread(name: "load")
                    group.addTask {
                        await thread.run {
                            while true {
                                do { try producer.produce(topic, 1, "k", "v") } catch {
                                    return (error as? KafkaError)?.code
                                }
                            }
                        }
                    }
                }
                group.addTask {
                    await DedicatedThread(name: "closer").run {
                        while producer.outstandingRecords == 0 { OSThread.sleep(.milliseconds(1)) }
                        producer.close(timeout: .seconds(10))
                        return nil
                    }
                }
                return await group.reduce(into: [KafkaError.Code]()) { if let code = $1 { $0.append(code) } }
            }
            #expect(codes == [.closed, .closed, .closed])
        }

        @Test("a send that waits when the cluster is gone ends with the close", arguments: KafkaLibrary.allCases)
        func pendingSend(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let producer = try KafkaProducer(settings: cluster.nowhere, logger: quiet)
            async let outcome = failure { _ = try await producer.send(topic: "out", key: nil, value: [1]) }
            while producer.outstandingRecords == 0 { await Task.yield() }
            let began = ContinuousClock.now
            await DedicatedThread(name: "closer").run { _ = producer.close(timeout: .seconds(2)) }
            #expect(try await outcome.code == .closed)
            #expect(ContinuousClock.now - began < .seconds(5))
        }

        @Test("closing from another thread ends a poll that waits", arguments: KafkaLibrary.allCases)
        func closeDuringPoll(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let consumer = try cluster.consumer(group: "g")
            try consumer.subscribe(["out"])
            async let polled = DedicatedThread(name: "poller").run { () throws(KafkaError) -> Int in
                var polls = 0
                while true {
                    do throws(KafkaError) {
                        _ = try consumer.poll(max: 10, timeout: .seconds(60))
                        polls += 1
                    } catch {
                        if error.code == .closed { return polls }
                        throw error
                    }
                }
            }
            let closed = await DedicatedThread(name: "closer").run {
                // Nothing says that a poll has begun to wait; one that had not would end with the close as well.
                OSThread.sleep(.milliseconds(300))
                return consumer.close(timeout: .seconds(10))
            }
            #expect(closed)
            #expect(try await polled >= 1)
        }

        @Test("a consumer closes in bounded time when the cluster is gone", arguments: KafkaLibrary.allCases)
        func closeWithoutCluster(_ library: KafkaLibrary) throws {
            cluster.library = library
            try cluster.fill("out", with: 0..<10)
            let consumer = try cluster.consumer(group: "g")
            try consumer.subscribe(["out"])
            _ = try consumer.take(10) { $0.offset }
            cluster.setDown(true)
            let began = ContinuousClock.now
            consumer.close(timeout: .seconds(3))
            #expect(ContinuousClock.now - began < .seconds(6))
        }

        @Test("an open transaction is aborted by closing", arguments: KafkaLibrary.allCases)
        func openTransaction(_ library: KafkaLibrary) throws {
            cluster.library = library
            let producer = try cluster.producer(transactionalID: "t")
            let topic = try producer.topic("out")
            try producer.initTransactions()
            try producer.beginTransaction()
            try producer.produce(topic, 0, "k", "v")
            #expect(producer.close())
        }

        @Test("clients that are dropped unclosed go away by themselves")
        func dropped() throws {
            var handles: [ClientHandle] = []
            for _ in 0..<3 {
                let producer = try cluster.producer()
                _ = try producer.topic("out")
                let consumer = try cluster.consumer(group: "g")
                try consumer.subscribe(["out"])
                _ = try consumer.poll(max: 1, timeout: .zero)
                handles.append(try #require(producer.driver as? LibrdkafkaProducer).handle)
                handles.append(try #require(consumer.driver as? LibrdkafkaConsumer).handle)
            }
            for handle in handles { #expect(handle.waitUntilDestroyed(timeout: .seconds(15))) }
        }
    }
}
