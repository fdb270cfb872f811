import Testing

@testable import KafkaClient

/// Admin calls on the embedded broker.
@Suite(.timeLimit(.minutes(1))) struct AdminTests {
    private func userTopics(_ admin: KafkaAdmin) async throws -> [String] {
        try await admin.describe(topics: nil).topics.filter { !$0.isInternal }.map(\.name)
    }

    @Test func `Topics are created, described, enlarged, set and deleted`() async throws {
        try await LocalBroker.run { broker in
            let admin = try await broker.admin()
            let topics = [
                NewTopic(name: "a", partitions: 2), NewTopic(name: "b", configuration: ["retention.ms": "60000"]),
            ]
            #expect(try await admin.createTopics(topics, validatingOnly: true) == ["a", "b"])
            #expect(try await userTopics(admin).isEmpty)
            #expect(try await admin.createTopics(topics) == ["a", "b"])
            #expect(try await admin.createTopics(topics) == [])
            try await admin.createPartitions("a", count: 4)
            let cluster = try await admin.describe(topics: ["a", "b", "c"])
            #expect(cluster.topics.map(\.name) == ["a", "b", "c"])
            #expect(cluster.topics.map(\.partitions.count) == [4, 3, 0])
            #expect(cluster.topics.map { $0.error?.code == .init(.unknownTopicOrPartition) } == [false, false, true])
            #expect(cluster.brokers.count == 1)
            try await admin.alterConfigs(ofTopic: "b", ["cleanup.policy": .set("compact"), "retention.ms": .delete])
            let configs = try await admin.configs(ofTopic: "b")
            #expect(configs.first { $0.name == "cleanup.policy" }?.value == "compact")
            #expect(configs.first { $0.name == "cleanup.policy" }?.isDefault == false)
            #expect(configs.first { $0.name == "retention.ms" }?.isDefault == true)
            let error = await #expect(throws: ClientError.self) {
                try await admin.alterConfigs(ofTopic: "b", ["cleanup.policy": .set("forget")])
            }
            #expect(error?.isRetriable == false)
            #expect(try await admin.deleteTopics(["a", "c"]) == ["a"])
            #expect(try await userTopics(admin) == ["b"])
            admin.close()
        }
    }

    @Test func `Groups are listed, described, moved and deleted`() async throws {
        try await LocalBroker.run { broker in
            let producer = try await broker.producer()
            let topic = try await producer.topic("t")
            for _ in 0..<10 { _ = try await producer.send(topic, key: nil, value: [1], partition: 0) }
            let consumer = try await broker.consumer(group: "g")
            try await consumer.subscribe(["t"])
            while await consumer.assignment.count < 3 { _ = try await consumer.poll(timeout: .milliseconds(20)) }
            let admin = try await broker.admin()
            #expect(try await admin.listGroups().map(\.groupID) == ["g"])
            let group = try #require(try await admin.describe(groups: ["g", "none"]).first)
            #expect(group.state == "Stable")
            #expect(group.assignor == "range")
            #expect(group.members.map(\.partitions.count) == [3])
            #expect(group.members.map(\.clientID) == ["test"])
            let place = TopicPartition(topic: "t", partition: 0)
            let moved = [place: CommittedOffset(offset: 4, metadata: "back")]
            await #expect(throws: ClientError.self) { try await admin.commit("g", moved) }
            await #expect(throws: ClientError.self) { try await admin.deleteGroups(["g"]) }
            await consumer.close()
            try await admin.commit("g", moved)
            #expect(try await admin.committed("g") == moved)
            try await admin.deleteGroups(["g", "none"])
            #expect(try await admin.listGroups().isEmpty)
            #expect(try await admin.deleteRecords(before: [place: 3]) == [place: 3])
            #expect(try await admin.offsets(at: [place: .beginning]) == [place: 3])
            admin.close()
            await producer.close()
        }
    }
}
