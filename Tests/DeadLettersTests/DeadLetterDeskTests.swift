import Foundation
import Kafka
import OrderEvents
import Synchronization
import Testing

@testable import DeadLetters

final class Counts: Sendable {
    private let state = Mutex<[DeadLetterState: Int]>([:])
    var value: [DeadLetterState: Int] { state.withLock { $0 } }
    func add(_ key: DeadLetterState) { state.withLock { $0[key, default: 0] += 1 } }
}

@Suite(.timeLimit(.minutes(3)), .serialized) struct DeadLetterDeskTests {
    private struct Interrupted: Error {}

    private func id(_ origin: Int64 = 0, group: String = "payments-group") -> DeadLetterID {
        DeadLetterID(topic: "orders", group: group, partition: Int32(origin % 3), offset: origin / 3)
    }

    private let ignore: DeadLetterDesk.Report = { _ in }

    private func replayAll(_ desk: DeadLetterDesk, _ options: ReplayOptions = .init(), isDryRun: Bool = false)
        async throws -> DeadLetterSummary
    {
        try await desk.replay(matching: DeadLetterFilter(state: .open), options, isDryRun: isDryRun, report: ignore)
    }

    @Test func aReplayPutsTheRecordBackOnceForAllGroupsAndSaysSo() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<4)
            let desk = try broker.desk()
            let dry = try await replayAll(desk, isDryRun: true)
            #expect(dry[.replayed] == 4 && dry[.covered] == 8)
            #expect(try await broker.committed("orders").isEmpty)
            let summary = try await replayAll(desk)
            #expect(summary[.replayed] == 4 && summary[.covered] == 8 && summary.isComplete)
            let sent = try await broker.committed("orders")
            #expect(sent.count == 4)
            let home = OrderKey(OrderID(42)!).partition(of: 3)
            for record in sent {
                #expect(
                    record.key == "42" && record.value == Letters.order && record.timestamp == 1_700_000_000_000
                        && record.partition == home)
                #expect(
                    record.headers["dlq-attempts"] == "1"
                        && record.headers["dlq-replay-of"]?.hasPrefix("orders/") == true)
                #expect(record.headers.count == 3)
            }
            #expect(Set(sent.compactMap { $0.headers["trace"] }) == ["0", "1", "2", "3"])
            #expect(try await broker.states(desk) == [.replayed: 12])
            // Again: nothing.
            #expect(try await replayAll(desk).total == 0)
            let named = try await desk.replay(once([(id(), .original)]), .init(), isDryRun: false, report: ignore)
            #expect(named[.alreadyReplayed] == 1 && named.isComplete)
            #expect(try await broker.committed("orders").count == 4)
            // A group that was behind sets the same record aside later: it is back already.
            try await broker.setAside(0..<1, groups: ["alerting-group"])
            #expect(try await replayAll(desk).total == 0)
            await desk.close()
        }
    }

    @Test func manyLettersGoInManyTransactionsEachOnce() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<1_300, groups: ["payments-group"])
            let desk = try broker.desk()
            #expect(try await replayAll(desk)[.replayed] == 1_300)
            #expect(Set(try await broker.committed("orders").compactMap { $0.headers["trace"] }).count == 1_300)
            #expect(try await broker.committed("dead-letter-decisions").count == 1_300)
            await desk.close()
        }
    }

    @Test func whatIsInterruptedBeforeItsCommitIsStillOpen() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<3)
            let desk = try broker.desk()
            await desk.setBeforeCommit { throw Interrupted() }
            let error = await #expect(throws: DeadLetterError.self) { try await replayAll(desk) }
            #expect(error?.description.contains("Nothing of the last 3 decisions") == true)
            #expect(try await broker.committed("orders").isEmpty)
            #expect(try await broker.states(desk) == [.open: 9])
            let next = try broker.desk()
            #expect(try await replayAll(next)[.replayed] == 3)
            #expect(try await broker.committed("orders").count == 3)
            await desk.close()
            await next.close()
        }
    }

    @Test func aDeskThatDiedWithAnOpenTransactionLeavesNothingBehind() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<3)
            let (settings, logger) = (broker.settings, broker.logger)
            // Everything a desk writes is in the log but the commit; then it is not heard of any more.
            let dead = try KafkaProducer(
                settings: settings, transactionalID: DeadLetterDesk.transactionalID, logger: logger)
            let decision = try Letters.decision(.replayed, Letters.letter(0, origin: 0)).encoded()
            try await broker.admin.createTopics([NewTopic(name: Topics.deadLetterDecisions, partitions: 1)])
            try await DedicatedThread(name: "test-desk").run { () throws(any Error) in
                try dead.initTransactions()
                try dead.beginTransaction()
                for (topic, value) in [("orders", Array(Letters.order.utf8)), (Topics.deadLetterDecisions, decision)] {
                    try value.withUnsafeBytes {
                        try dead.produce(to: dead.topic(topic), partition: 0, key: nil, value: $0)
                    }
                }
                try dead.flush()
            }
            let desk = try broker.desk()
            #expect(try await broker.states(desk) == [.open: 9])
            #expect(try await replayAll(desk)[.replayed] == 3)
            #expect(try await broker.committed("orders").count == 3)
            #expect(try await broker.states(desk) == [.replayed: 9])
            await desk.close()
            await DedicatedThread(name: "test-close").run { _ = dead.close(timeout: .seconds(2)) }
        }
    }

    @Test func ofTwoDesksAtOnceTheLaterTakesOverAndNothingIsReplayedTwice() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<3)
            let (first, second) = (try broker.desk("the first"), try broker.desk("the second"))
            let (reached, isReached) = AsyncStream<Void>.makeStream()
            let go = DispatchSemaphore(value: 0)
            await first.setBeforeCommit {
                // Waits on the desk's own thread, which is made for that.
                isReached.yield()
                go.wait()
            }
            let report = ignore
            async let outcome: Result<DeadLetterSummary, any Error> = {
                do {
                    return .success(
                        try await first.replay(
                            matching: DeadLetterFilter(state: .open), .init(), isDryRun: false, report: report))
                } catch {
                    return .failure(error)
                }
            }()
            _ = await reached.first { _ in true }
            #expect(try await replayAll(second)[.replayed] == 3)
            go.signal()
            let result = await outcome
            let error = #expect(throws: DeadLetterError.self) { try result.get() }
            #expect(error?.description.contains("another desk") == true)
            #expect(try await broker.committed("orders").count == 3)
            #expect(
                Set(try await broker.committed("dead-letter-decisions").map { $0.value?.contains("the second") }) == [
                    true
                ])
            await first.close()
            await second.close()
        }
    }

    @Test func discardingMarksOneGroupsLettersAndCanBeThoughtBetterOf() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<4)
            let desk = try broker.desk()
            let filter = DeadLetterFilter(group: "fraud-group", state: .open)
            #expect(try await desk.discard(matching: filter, isDryRun: true, report: ignore)[.discarded] == 4)
            #expect(try await broker.states(desk) == [.open: 12])
            #expect(try await desk.discard(matching: filter, isDryRun: false, report: ignore)[.discarded] == 4)
            #expect(try await broker.states(desk) == [.open: 8, .discarded: 4])
            let again = try await desk.discard([id(group: "fraud-group"), id(99)], isDryRun: false, report: ignore)
            #expect(again[.alreadyDiscarded] == 1 && again[.missing] == 1 && !again.isComplete)
            let letter = id(1, group: "fraud-group")
            let refused = try await desk.replay(once([(letter, .original)]), .init(), isDryRun: false, report: ignore)
            #expect(refused[.refused] == 1)
            let better = try await desk.replay(
                matching: DeadLetterFilter(state: .discarded), .init(takesDiscarded: true), isDryRun: false,
                report: ignore)
            #expect(better[.replayed] == 4)
            #expect(try await broker.committed("orders").count == 4)
            #expect(try await broker.states(desk) == [.replayed: 12])
            #expect(try await desk.discard([letter], isDryRun: false, report: ignore)[.refused] == 1)
            await desk.close()
        }
    }

    @Test func mendedValuesAreTakenFromLinesAndWrongOnesNamed() async throws {
        try await DeskBroker.run { broker in
            try await broker.setAside(0..<2, value: "{}")
            let desk = try broker.desk()
            let outcomes = Mutex<[DeadLetterOutcome]>([])
            let chunk: [(DeadLetterID, ReplacedValue)] = [
                (id(0), .value(Array(Letters.order.utf8))),
                (id(0, group: "fraud-group"), .value(Array(Letters.order.utf8))), (id(1), .original),
                (id(77), .original),
            ]
            let summary = try await desk.replay(once(chunk), .init(), isDryRun: false) { outcome in
                outcomes.withLock { $0.append(outcome) }
            }
            #expect(summary.counts == [.replayed: 1, .covered: 1, .refused: 1, .missing: 1])
            #expect(outcomes.withLock { $0.first { $0.kind == .refused } }?.detail.contains("order_id") == true)
            #expect(try await broker.committed("orders").map(\.value) == [Letters.order])
            let found = try await desk.find([id(0), id(77)])
            #expect(found.count == 1 && found[id(0)]?.1.state == .replayed && found[id(0)]?.0.value == Array("{}".utf8))
            await desk.close()
        }
    }

    private func once(_ chunk: [(DeadLetterID, ReplacedValue)]) -> @Sendable () -> [(DeadLetterID, ReplacedValue)]? {
        let left = Mutex<[(DeadLetterID, ReplacedValue)]?>(chunk)
        return {
            left.withLock { left in
                defer { left = nil }
                return left
            }
        }
    }
}
