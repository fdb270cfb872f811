import Synchronization
import KafkaMock
import Testing

@testable import Kafka

extension BrokerTests {
    struct Rebalance {
        let cluster = MockCluster()
        /// The mock lets each rebalance take a session's length.
        let quick = ["session.timeout.ms": "3000", "heartbeat.interval.ms": "100"]

        /// What a member was given, and how it answers. Only used on the thread that polls.
        final class Member {
            let consumer: KafkaConsumer
            var events: [RebalanceEvent] = []
            var starts: [TopicPartition: StartOffset] = [:]
            var taken: [String] = []
            var assigned: Set<TopicPartition> = []

            init(_ consumer: KafkaConsumer, topics: [String]) throws {
                self.consumer = consumer
                try consumer.subscribe(topics) { [unowned self] event in
                    events.append(event)
                    if case .assigned(let partitions) = event { assigned = Set(partitions) } else { assigned = [] }
                    return starts
                }
            }

            func poll() throws {
                for record in try consumer.poll(max: 100, timeout: .milliseconds(50)) {
                    let place = TopicPartition(topic: consumer.topicName(record.topic), partition: record.partition)
                    #expect(assigned.contains(place), "a record of \(place), which is not assigned")
                    taken.append(record.text)
                }
            }
        }

        private func poll(_ members: Member..., until isDone: () -> Bool) throws {
            let end = ContinuousClock.now + .seconds(40)
            while !isDone(), ContinuousClock.now < end { for member in members { try member.poll() } }
            #expect(isDone())
        }

        // Two members of the other library have their test with the embedded broker. Here the member that asks for its
        // assignment after the leader has given it out is refused.
        @Test("two members share the partitions, and the one that stays gets them all back")
        func twoMembers() throws {
            cluster.makeTopic("shared", partitions: 4)
            for partition in Int32(0)..<4 { try cluster.fill("shared", partition: partition, with: 0..<10) }
            let all = Set((0..<4).map { TopicPartition(topic: "shared", partition: $0) })

            let first = try Member(cluster.consumer(group: "g", id: "first", options: quick), topics: ["shared"])
            try poll(first) { first.assigned == all && first.taken.count == 40 }
            #expect(first.events == [.assigned(all.sorted())])

            let second = try Member(cluster.consumer(group: "g", id: "second", options: quick), topics: ["shared"])
            try poll(first, second) { first.assigned.count == 2 && second.assigned.count == 2 }
            #expect(first.assigned.union(second.assigned) == all)
            #expect(first.events[1] == .revoked(all.sorted()))

            second.consumer.close()
            #expect(second.events.last == .revoked(all.subtracting(first.assigned).sorted()))
            try poll(first) { first.assigned == all }
            first.consumer.close()
            #expect(first.events.last == .revoked(all.sorted()))
        }

        @Test("the handler decides where to start", arguments: KafkaLibrary.allCases)
        func startOffsets(_ library: KafkaLibrary) throws {
            cluster.library = library
            cluster.makeTopic("started", partitions: 2)
            for partition in Int32(0)..<2 { try cluster.fill("started", partition: partition, with: 0..<10) }
            let member = try Member(cluster.consumer(group: "g"), topics: ["started"])
            defer { member.consumer.close() }
            member.starts = [TopicPartition(topic: "started", partition: 1): .offset(7)]
            try poll(member) { member.taken.count == 13 }
            #expect(member.taken.sorted() == ((0..<10).map(String.init) + ["7", "8", "9"]).sorted())
        }

        @Test("a rebalance among flowing records loses and repeats none")
        func rebalanceUnderLoad() throws {
            cluster.makeTopic("flow", partitions: 2)
            let producer = try cluster.producer()
            defer { producer.close() }
            let topic = try producer.topic("flow")
            var sent = 0
            let members = try (0..<2).map {
                try Committing(cluster.consumer(group: "g", id: "m\($0)", options: quick), topic: "flow")
            }
            defer { members.forEach { $0.consumer.close() } }

            let end = ContinuousClock.now + .seconds(40)
            // The second member joins while the first reads, and so takes partitions out of its hands.
            while members.reduce(0, { $0 + $1.taken.count }) < 20_000, ContinuousClock.now < end {
                if sent < 20_000 {
                    for _ in 0..<200 {
                        try producer.produce(topic, Int32(sent % 2), "k", "\(sent)")
                        sent += 1
                    }
                }
                try members[0].poll()
                if sent >= 4000 { try members[1].poll() }
            }
            #expect(members.flatMap(\.taken).map { Int($0)! }.sorted() == Array(0..<20_000))
            #expect(members.allSatisfy { !$0.taken.isEmpty })
        }

        /// Commits its position after every batch, as a service does.
        final class Committing {
            let consumer: KafkaConsumer
            var taken: [String] = []
            private var assigned: [TopicPartition] = []
            private var isSubscribed = false
            private let topic: String

            init(_ consumer: KafkaConsumer, topic: String) {
                self.consumer = consumer
                self.topic = topic
            }

            func poll() throws {
                if !isSubscribed {
                    isSubscribed = true
                    try consumer.subscribe([topic]) { [unowned self] event in
                        if case .assigned(let partitions) = event { assigned = partitions } else { assigned = [] }
                        return [:]
                    }
                }
                let batch = try consumer.poll(max: 150, timeout: .milliseconds(1))
                guard !batch.isEmpty else { return }
                do throws(KafkaError) {
                    try consumer.commit(try consumer.position(assigned))
                    taken += batch.map(\.text)
                } catch {
                    // Not committed, so whoever gets the partitions reads these again.
                    let expected: [KafkaError.Code] = [.illegalGeneration, .unknownMember, .rebalanceInProgress]
                    if !expected.contains(error.code) { throw error }
                }
            }
        }
    }
}
