import Foundation
import OrderEvents
import StreamProcessing
import Testing

@testable import OrderServices

@Suite struct HealthBoardTests {
    private let problem = TaskProblem(code: "dependency_unavailable", detail: "away", attempt: 1, nextAttemptAt: 9_000)

    private func states(_ due: [(key: String, health: InstanceHealth?)]) -> [InstanceHealth.State?] {
        due.map { $0.health?.state }
    }

    @Test func aChangeIsToldAtOnceAndThenAtMostOnceASecond() {
        var board = HealthBoard()
        board.note("payments", "a", .starting, now: 100_000)
        #expect(states(board.takeDue(now: 100_000)) == [.starting])
        board.note("payments", "a", .running, now: 100_100)
        #expect(board.takeDue(now: 100_900).isEmpty)
        #expect(states(board.takeDue(now: 101_000)) == [.running])
        #expect(board.takeDue(now: 105_000).isEmpty)
    }

    @Test func aSignOfLifeComesEveryTenSeconds() {
        var board = HealthBoard()
        board.note("payments", "a", .running, now: 100_000)
        _ = board.takeDue(now: 100_000)
        #expect(board.takeDue(now: 109_999).isEmpty)
        let due = board.takeDue(now: 110_000)
        #expect(due.map(\.health?.since) == [Timestamp(millisecondsSinceEpoch: 100_000)])
        #expect(due.map(\.health?.seenAt) == [Timestamp(millisecondsSinceEpoch: 110_000)])
    }

    @Test func aProblemKeepsItsBeginningThroughItsAttempts() {
        var board = HealthBoard()
        board.note("payments", "a", .retrying(problem), now: 100_000)
        var next = problem
        next.attempt = 2
        board.note("payments", "a", .retrying(next), now: 107_000)
        let health = board.takeDue(now: 107_000).first?.health
        #expect(health?.since == Timestamp(millisecondsSinceEpoch: 100_000))
        #expect(health?.problem?.attempt == 2)
        board.note("payments", "a", .running, now: 109_000)
        #expect(board.takeDue(now: 109_000).first?.health?.since == Timestamp(millisecondsSinceEpoch: 109_000))
    }

    @Test func anInstanceThatEndedIsDeletedOnce() {
        var board = HealthBoard()
        board.note("payments", "a", .running, now: 100_000)
        board.noteEnd("payments", "a")
        let due = board.takeDue(now: 100_000)
        #expect(due.map(\.key) == ["payments/a"])
        #expect(due.map { $0.health == nil } == [true])
        #expect(board.takeDue(now: 200_000).isEmpty)
    }

    @Test func theNextReportIsKnownBefore() {
        var board = HealthBoard()
        #expect(board.timeToNext(now: 100_000) == 10_000)
        board.note("payments", "a", .starting, now: 100_000)
        #expect(board.timeToNext(now: 100_000) == 0)
        _ = board.takeDue(now: 100_000)
        #expect(board.timeToNext(now: 101_000) == 9_000)
        for now in stride(from: Int64(100_300), to: 100_900, by: 100) {
            board.note("payments", "a", .running, now: now)
            #expect(board.timeToNext(now: now) == 101_000 - now)
        }
        board.note("fraud", "b", .starting, now: 100_900)
        #expect(board.timeToNext(now: 100_900) == 0)
        _ = board.takeDue(now: 101_000)
        board.noteEnd("fraud", "b")
        #expect(board.timeToNext(now: 101_000) == 0)
        _ = board.takeDue(now: 101_000)
        #expect(board.timeToNext(now: 101_000) == 10_000)
        // A clock that was set back makes nobody sleep for days.
        #expect(board.timeToNext(now: 1_000) == 10_000)
    }

    @Test func whatIsToldReadsBackAsItWas() throws {
        let health = InstanceHealth(
            service: "payments", instance: "a1b2", state: .retrying, since: Timestamp(millisecondsSinceEpoch: 1),
            seenAt: Timestamp(millisecondsSinceEpoch: 2_000),
            problem: .init(
                code: "c", detail: "d\"é", attempt: 3, nextAttemptAt: Timestamp(millisecondsSinceEpoch: 3_000)))
        let json = try JSONEncoder().encode(health)
        #expect(try JSONDecoder().decode(InstanceHealth.self, from: json) == health)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains(#""seen_at":"1970-01-01T00:00:02Z""#))
        #expect(text.contains(#""next_attempt_at":"1970-01-01T00:00:03Z""#))
    }
}
