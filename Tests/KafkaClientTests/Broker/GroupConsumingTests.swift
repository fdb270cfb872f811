import NIOConcurrencyHelpers
import Testing

@testable import KafkaClient

/// Groups of real consumers on the embedded broker.
@Suite(.timeLimit(.minutes(2))) struct GroupConsumingTests {
    private static let places = (Int32(0)..<3).map { TopicPartition(topic: "t", partition: $0) }

    private func produce(_ broker: LocalBroker, _ count: Int, from first: Int = 0) async throws {
        let producer = try await broker.producer()
        let topic = try await producer.topic("t")
        for number in first..<first + count {
            try Array("\(number)".utf8).withUnsafeBytes {
                try producer.append(topic, key: nil, value: $0, partition: Int32(number % 3))
            }
        }
        await producer.flush()
        await producer.close()
    }

    /// Polls until `isDone`, and commits what was polled.
    private func read(
        _ consumer: KafkaConsumer, into seen: NIOLockedValueBox<[String]>, until isDone: @Sendable () -> Bool
    ) async throws {
        while !isDone() {
            for run in try await consumer.poll(timeout: .milliseconds(50)) {
                seen.withLockedValue { $0 += run.map(\.text) }
                try await consumer.commit([run.partition: run.nextOffset])
            }
        }
    }

    @Test func `A group reads every record once, and goes on where it left off`() async throws {
        try await LocalBroker.run { broker in
            try await produce(broker, 300)
            for (first, count) in [(0, 300), (300, 30)] {
                if first > 0 { try await produce(broker, count, from: first) }
                let seen = NIOLockedValueBox<[String]>([])
                let consumer = try await broker.consumer(group: "g")
                try await consumer.subscribe(["t"])
                try await read(consumer, into: seen) { seen.withLockedValue(\.count) >= count }
                await consumer.close()
                #expect(Set(seen.withLockedValue(\.self)) == Set((first..<first + count).map(String.init)))
                #expect(seen.withLockedValue(\.count) == count)
            }
        }
    }

    @Test(arguments: [AssignmentStrategy.range, .roundRobin, .cooperativeSticky])
    func `A second member gets its share, and the first gets it back when the second leaves`(
        _ strategy: AssignmentStrategy
    ) async throws {
        try await LocalBroker.run { broker in
            try await produce(broker, 3)
            let first = try await broker.consumer(group: "g") { $0.assignmentStrategies = [strategy] }
            let second = try await broker.consumer(group: "g") { $0.assignmentStrategies = [strategy] }
            let revoked = NIOLockedValueBox<[[TopicPartition]]>([])
            try await first.subscribe(["t"]) { event in
                if case .revoked(let places) = event, !places.isEmpty { revoked.withLockedValue { $0.append(places) } }
                return [:]
            }
            while await first.assignment != Self.places { _ = try await first.poll(timeout: .milliseconds(20)) }
            try await second.subscribe(["t"])
            while true {
                _ = try await first.poll(timeout: .milliseconds(20))
                _ = try await second.poll(timeout: .milliseconds(20))
                let (one, two) = (await first.assignment, await second.assignment)
                if !one.isEmpty, !two.isEmpty, (one + two).sorted() == Self.places { break }
            }
            let given = revoked.withLockedValue(\.self)
            // Cooperative members keep reading what stays with them.
            #expect(given.map(\.count) == [strategy == .cooperativeSticky ? 1 : 3])
            async let closed: Void = second.close()
            while await first.assignment != Self.places { _ = try await first.poll(timeout: .milliseconds(20)) }
            await closed
            await first.close()
        }
    }

    @Test func `A static member comes back to its partitions without a rebalance of the others`() async throws {
        try await LocalBroker.run { broker in
            try await produce(broker, 3)
            let stays = try await broker.consumer(group: "g") { $0.groupInstanceID = "a" }
            let events = NIOLockedValueBox(0)
            try await stays.subscribe(["t"]) { _ in
                events.withLockedValue { $0 += 1 }
                return [:]
            }
            let goes = try await broker.consumer(group: "g") { $0.groupInstanceID = "b" }
            try await goes.subscribe(["t"])
            var before: (stays: [TopicPartition], goes: [TopicPartition]) = ([], [])
            while before.stays.isEmpty || before.goes.isEmpty || before.stays.count + before.goes.count != 3 {
                _ = try await stays.poll(timeout: .milliseconds(20))
                _ = try await goes.poll(timeout: .milliseconds(20))
                before = (await stays.assignment, await goes.assignment)
            }
            // What has happened so far is heard of.
            for _ in 0..<5 { _ = try await stays.poll(timeout: .milliseconds(20)) }
            let eventsBefore = events.withLockedValue(\.self)
            await goes.close()
            let again = try await broker.consumer(group: "g") { $0.groupInstanceID = "b" }
            try await again.subscribe(["t"])
            while await again.assignment.isEmpty { _ = try await again.poll(timeout: .milliseconds(20)) }
            #expect(await again.assignment == before.goes)
            for _ in 0..<10 { _ = try await stays.poll(timeout: .milliseconds(20)) }
            #expect(await stays.assignment == before.stays)
            #expect(events.withLockedValue(\.self) == eventsBefore)
            await again.close()
            await stays.close()
        }
    }

    @Test func `A member that was left behind cannot commit`() async throws {
        try await LocalBroker.run { broker in
            try await produce(broker, 30)
            let slow = try await broker.consumer(group: "g") { $0.pollIntervalMilliseconds = 300 }
            try await slow.subscribe(["t"])
            var run: RecordRun?
            while run == nil { run = try await slow.poll().first }
            let quick = try await broker.consumer(group: "g")
            try await quick.subscribe(["t"])
            // The slow one does not poll, so the group goes on without it.
            while await quick.assignment != Self.places { _ = try await quick.poll(timeout: .milliseconds(20)) }
            let late = try #require(run)
            await #expect(throws: ClientError.self) { try await slow.commit([late.partition: late.nextOffset]) }
            await quick.close()
            await slow.close()
        }
    }

    @Test func `Seeking, pausing and offsets by time`() async throws {
        try await LocalBroker.run { broker in
            try await produce(broker, 300)
            let place = Self.places[0]
            let consumer = try await broker.consumer()
            try await consumer.assign([place: .offset(90)])
            var offsets: [Int64] = []
            while offsets.count < 10 { offsets += try await consumer.poll().flatMap { $0.map(\.offset) } }
            #expect(offsets == Array(90..<100))
            try await consumer.seek([place: .offset(95)])
            try await consumer.pause([place])
            #expect(try await consumer.poll(timeout: .milliseconds(50)).isEmpty)
            try await consumer.resume([place])
            #expect(try await consumer.poll().flatMap { $0.map(\.offset) } == Array(95..<100))
            let found = try await consumer.offsets(at: [place: .timestamp(0), Self.places[1]: .end])
            #expect(found == [place: 0, Self.places[1]: 100])
            await consumer.close()
        }
    }
}
