import KafkaMock
import Logging
import Testing
import Threads

@testable import Kafka

extension BrokerTests {
    /// The mock cluster knows few admin requests; the others are tested for how their refusal is reported.
    struct Admin {
        let cluster = MockCluster(brokers: 2)

        @Test("metadata lists brokers, topics and partitions", arguments: KafkaLibrary.allCases)
        func metadata(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("a", partitions: 3)
            cluster.makeTopic("b")
            let admin = try KafkaAdmin(settings: cluster.settings, logger: quiet)
            let metadata = try await admin.metadata()
            #expect(metadata.brokers.map(\.id).sorted() == [1, 2])
            #expect(metadata[topic: "a"]?.partitions.map(\.id) == [0, 1, 2])
            #expect(metadata[topic: "b"]?.partitions.count == 1)
            #expect(try await admin.metadata(topic: "b").topics.map(\.name) == ["b"])
            #expect(await admin.close())
            #expect(try await failure { _ = try await admin.metadata() }.code == .closed)
        }

        @Test("first and next offsets, of all partitions at once", arguments: KafkaLibrary.allCases)
        func offsets(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("a", partitions: 2)
            try cluster.fill("a", partition: 1, with: 0..<7)
            let admin = try KafkaAdmin(settings: cluster.settings, logger: quiet)
            let partitions = try await admin.partitions(ofTopics: ["a"])
            #expect(partitions == [TopicPartition(topic: "a", partition: 0), TopicPartition(topic: "a", partition: 1)])
            #expect(try await admin.beginningOffsets(partitions) == [partitions[0]: 0, partitions[1]: 0])
            #expect(try await admin.endOffsets(partitions) == [partitions[0]: 0, partitions[1]: 7])
            await admin.close()
        }

        @Test("a group's committed offsets can be asked for", arguments: KafkaLibrary.allCases)
        func committed(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("a", partitions: 2)
            for partition in Int32(0)..<2 { try cluster.fill("a", partition: partition, with: 0..<10) }
            let partitions = (Int32(0)..<2).map { TopicPartition(topic: "a", partition: $0) }
            let consumer = try cluster.consumer(group: "g")
            try consumer.assign([(partitions[0], .beginning)])
            try consumer.commit([partitions[0]: 4])
            consumer.close()
            let admin = try KafkaAdmin(settings: cluster.settings, logger: quiet)
            #expect(try await admin.committedOffsets(ofGroup: "g", in: partitions) == [partitions[0]: 4])
            #expect(try await admin.committedOffsets(ofGroup: "unheard of", in: partitions) == [:])
            await admin.close()
        }

        @Test(
            "asking for a group's offsets outlives connections that go at any moment", arguments: KafkaLibrary.allCases)
        func committedWhileConnectionsGo(_ library: KafkaLibrary) async throws {
            cluster.library = library
            cluster.makeTopic("a")
            let partition = TopicPartition(topic: "a", partition: 0)
            let member = try cluster.consumer(group: "g")
            try member.commit([partition: 4])
            member.close()
            let lines = Monitor<[String]>([])
            let admin = try KafkaAdmin(
                settings: cluster.settings, logger: Logger(label: "test") { _ in LoggingTests.Capture(lines: lines) })
            let asking = Task {
                var answers = 0
                while !Task.isCancelled {
                    do throws(KafkaError) {
                        let offsets = try await admin.committedOffsets(
                            ofGroup: "g", in: [partition], timeout: .milliseconds(200))
                        #expect(offsets == [partition: 4])
                        answers += 1
                    } catch {
                        #expect(error.isRetriable, "\(error)")
                    }
                }
                return answers
            }
            for _ in 0..<100 {
                cluster.setDown(true)
                try await Task.sleep(for: .milliseconds(5))
                cluster.setDown(false)
                try await Task.sleep(for: .milliseconds(25))
            }
            // The pause is the point: what the outages may have left is said within it.
            try await Task.sleep(for: .seconds(2))
            asking.cancel()
            #expect(await asking.value > 0)
            // The one who asks says what failed; a line for each group would say it once more.
            #expect(lines.update { $0 }.filter { $0.contains("reader of g") } == [])
            await admin.close()
        }

        @Test(
            "what a cluster does not offer, and wrong arguments, are errors that say so",
            arguments: KafkaLibrary.allCases)
        func refused(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let admin = try KafkaAdmin(settings: cluster.settings, logger: quiet)
            let unsupported = try await failure {
                try await admin.createTopics([NewTopic(name: "x", partitions: 1)], timeout: .milliseconds(200))
            }
            #expect(unsupported.code == .timedOut)
            #expect("\(unsupported)".contains("creating topics"))
            let wrong = try await failure { try await admin.createTopics([NewTopic(name: "x", partitions: -7)]) }
            #expect(wrong.code == .invalidArgument)
            #expect("\(wrong)".contains("\"x\""))
            await admin.close()
        }

        @Test("nobody listening: a call ends with its timeout", arguments: KafkaLibrary.allCases)
        func nobodyThere(_ library: KafkaLibrary) async throws {
            cluster.library = library
            let admin = try KafkaAdmin(settings: cluster.nowhere, logger: quiet)
            let error = try await failure { _ = try await admin.metadata(timeout: .milliseconds(300)) }
            #expect(error.isRetriable)
            await admin.close()
        }
    }
}

struct GroupLagTests {
    @Test("a group's lag is what lies between its offsets and the end")
    func lag() {
        let partitions = (Int32(0)..<4).map { TopicPartition(topic: "a", partition: $0) }
        let lag = GroupLag(
            group: "g", committed: [partitions[0]: 4, partitions[3]: 12], begins: [partitions[1]: 3, partitions[2]: 0],
            ends: [partitions[3]: 10, partitions[1]: 10, partitions[0]: 10, partitions[2]: 0])
        #expect(lag.partitions.map(\.partition) == partitions)
        #expect(lag.partitions.map(\.lag) == [6, 7, 0, 0])
        #expect(lag.partitions.map(\.committed) == [4, nil, nil, 12])
        #expect(lag.total == 13)
    }
}
