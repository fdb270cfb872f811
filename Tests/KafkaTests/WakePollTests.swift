import KafkaMock
import Synchronization
import Testing
import Threads

@testable import Kafka

extension BrokerTests {
    /// Polls here may wait for longer than a test may take.
    struct WakingPolls {
        let cluster = MockCluster()
        private let forEver: Duration = .seconds(3_600)

        init() { cluster.makeTopic("out", partitions: 2) }

        private func reader(_ library: KafkaLibrary) throws -> KafkaConsumer {
            cluster.library = library
            let consumer = try cluster.consumer()
            try consumer.assign((0..<2).map { (TopicPartition(topic: "out", partition: $0), .beginning) })
            return consumer
        }

        @Test("a wake-up before a poll ends it, and the consumer goes on", arguments: KafkaLibrary.allCases)
        func before(_ library: KafkaLibrary) throws {
            let consumer = try reader(library)
            consumer.wakePoll()
            #expect(try consumer.poll(max: 10, timeout: .zero).isEmpty)
            #expect(try consumer.poll(max: 10, timeout: forEver).isEmpty)
            try cluster.fill("out", with: 0..<10)
            #expect(try consumer.take(10) { $0.offset }.count == 10)
            #expect(consumer.close())
        }

        @Test("a poll that finds records brings them though it was woken", arguments: KafkaLibrary.allCases)
        func withRecords(_ library: KafkaLibrary) throws {
            let consumer = try reader(library)
            try cluster.fill("out", with: 0..<10)
            var count = 0
            while count < 10 {
                consumer.wakePoll()
                count += try consumer.poll(max: 3, timeout: forEver).count
            }
            #expect(count == 10)
            #expect(consumer.close())
        }

        @Test("whoever stops a loop of polls needs no timeout", arguments: KafkaLibrary.allCases)
        func loop(_ library: KafkaLibrary) async throws {
            let consumer = try reader(library)
            for _ in 0..<50 {
                let isStopped = Stopped()
                async let polled: Void = DedicatedThread(name: "poller").run { () throws(KafkaError) in
                    while !isStopped.value { _ = try consumer.poll(max: 10, timeout: forEver) }
                }
                await DedicatedThread(name: "stopper").run {
                    // Before the poll waits, while it begins to, or after.
                    OSThread.sleep(.microseconds(Int.random(in: 0..<2_000)))
                    isStopped.set()
                    consumer.wakePoll()
                }
                try await polled
            }
            #expect(consumer.close())
        }

        @Test("after the close it does nothing", arguments: KafkaLibrary.allCases)
        func closed(_ library: KafkaLibrary) throws {
            let consumer = try reader(library)
            #expect(consumer.close())
            consumer.wakePoll()
            #expect(try failure { _ = try consumer.poll(max: 1, timeout: forEver) }.code == .closed)
        }
    }
}

private final class Stopped: Sendable {
    private let isSet = Atomic<Bool>(false)

    var value: Bool { isSet.load(ordering: .acquiring) }
    func set() { isSet.store(true, ordering: .releasing) }
}
