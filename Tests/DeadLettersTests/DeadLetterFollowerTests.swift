import Kafka
import OrderEvents
import Testing

@testable import DeadLetters

@Suite(.timeLimit(.minutes(2)), .serialized) struct DeadLetterFollowerTests {
    private func wait(_ follower: DeadLetterFollower, until check: (borrowing DeadLetterIndex) -> Bool) async throws {
        // Bounded by the suite's time limit.
        while follower.status != .current || !follower.withIndex({ check($0) }) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func follow(_ broker: DeskBroker, _ body: (DeadLetterFollower) async throws -> Void) async throws {
        var options = DeadLetterFollower.Options()
        options.checkInterval = .milliseconds(300)
        options.pollTimeout = .milliseconds(50)
        let follower = DeadLetterFollower(kafka: broker.settings, options: options, logger: broker.logger)
        let running = Task { await follower.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(follower)) } catch { result = .failure(error) }
        running.cancel()
        await running.value
        try result.get()
    }

    @Test func lettersAndDecisionsAreFollowedAsTheyCome() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<5)
            let desk = try broker.desk()
            _ = try await desk.discard(
                [DeadLetterID(topic: "orders", group: "fraud-group", partition: 0, offset: 0)], isDryRun: false
            ) { _ in }
            try await follow(broker) { follower in
                try await wait(follower) { $0.open == 14 }
                try await broker.setAside(5..<7)
                try await wait(follower) { $0.open == 20 }
                let filter = DeadLetterFilter(state: .open)
                _ = try await desk.replay(matching: filter, .init(), isDryRun: false) { _ in }
                try await wait(follower) { $0.open == 0 }
                let page = follower.withIndex { $0.page(DeadLetterFilter(), after: nil, limit: 100) }
                #expect(page.entries.count == 21 && page.entries.allSatisfy { $0.standing.decidedAt != nil })
                // Another group's topic appears.
                try await broker.admin.createTopics([NewTopic(name: "orders.late-group.dlq", partitions: 3)])
                try await broker.setAside(100..<102, groups: ["late-group"])
                try await wait(follower) { $0.open == 2 }
            }
            await desk.close()
        }
    }

    @Test func withoutAnyDeadLetterTopicTheCountIsZero() async throws {
        try await DeskBroker.run { broker in
            try await broker.admin.deleteTopics(DeskBroker.groups.map { "orders.\($0).dlq" })
            try await follow(broker) { follower in
                try await wait(follower) { $0.open == 0 && $0.openCounts.isEmpty }
            }
        }
    }
}
