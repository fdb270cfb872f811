import HTTPTypes
import HummingbirdTesting
import NIOCore
import OrderEvents
import Synchronization
import Testing

@testable import DeadLetters
@testable import OrdersAPI

@Suite("Acts on dead letters")
struct DeadLetterActTests {
    private static let id = DeadLetterID("orders/payments-group/3/17")!

    private func act(
        _ name: String, _ body: String, _ desk: FakeDesk = FakeDesk(),
        _ check: @escaping @Sendable (TestResponse) async throws -> Void
    ) async throws {
        let api = try APIFixture(deadLetterActs: desk)
        try await api.test { client in
            let path = "/api/dead-letters/\(name)"
            let response = try await client.executeRequest(
                uri: path, method: .post, headers: [.contentType: "application/json"], body: ByteBuffer(string: body))
            try ContractCheck.check(response, .post, path)
            try await check(response)
        }
    }

    @Test("a dead letter is shown with the whole of its value")
    func show() async throws {
        let value = [UInt8](repeating: 0x61, count: 20_000)
        let desk = FakeDesk(letter: FakeDeadLetters.letter(value: value).letter)
        try await APIFixture(deadLetterActs: desk).test { client in
            let json = try await client.get("/api/dead-letters/orders/payments-group/3/17").json
            #expect(json["value"]?.string?.utf8.count == 20_000 && json["value_bytes"]?.int == 20_000)
            #expect(try await client.get("/api/dead-letters/orders/payments-group/3/18").status == .notFound)
            #expect(try await client.get("/api/dead-letters/orders/payments-group/3/x").status == .notFound)
        }
    }

    @Test("what is asked for reaches the desk: ids, filters, corrections, and whether it is a dry run")
    func asked() async throws {
        let desk = FakeDesk()
        try await act("replay", #"{"ids":["orders/payments-group/3/17"],"dry_run":true}"#, desk) { response in
            let json = try response.json
            #expect(response.status == .ok && json["dry_run"]?.bool == true && json["complete"]?.bool == true)
            #expect(json["counts.replayed"]?.int == 1 && json["total"]?.int == 1)
            #expect(json["outcomes.0.id"]?.string == "orders/payments-group/3/17")
        }
        try await act(
            "replay",
            #"{"corrections":[{"id":"orders/payments-group/3/17","value":"{}"}],"force":true,"max_attempts":9}"#, desk
        ) { #expect($0.status == .ok) }
        try await act("discard", #"{"filter":{"code":"x","since":"2026-01-15T10:30:30Z"}}"#, desk) {
            #expect($0.status == .ok)
        }
        let asked = desk.asked
        #expect(asked.map(\.isDryRun) == [true, false, false])
        #expect(asked[0].selection == .ids([Self.id]) && asked[0].options == ReplayOptions())
        #expect(asked[1].selection == .corrected([DeadLetterCorrection(id: Self.id, value: Array("{}".utf8))]))
        #expect(asked[1].options == ReplayOptions(maximumAttempts: 9, isForced: true))
        #expect(
            asked[2].selection
                == .matching(
                    DeadLetterFilter(code: "x", since: Sample.now.millisecondsSinceEpoch, state: .open)))
    }

    @Test(
        "what is no act is refused, and nothing is done",
        arguments: [
            ("{}", 422), (#"{"ids":[]}"#, 422), (#"{"ids":["x"]}"#, 422), (#"{"ids":"x"}"#, 422), ("[]", 400),
            (#"{"ids":["a/b/0/1"],"filter":{}}"#, 422), (#"{"filter":{"codes":"x"}}"#, 422), ("{", 400),
            (#"{"filter":{"since":"now"}}"#, 422), (#"{"ids":["a/b/0/1"],"dryrun":true}"#, 422),
            (#"{"corrections":[{"id":"a/b/0/1"}]}"#, 422), (#"{"ids":["a/b/0/1"],"max_attempts":0}"#, 422),
        ])
    func refused(_ body: String, _ status: Int) async throws {
        let desk = FakeDesk()
        try await act("replay", body, desk) { #expect($0.status.code == status) }
        #expect(desk.asked.isEmpty)
    }

    @Test("a discard takes no corrections; a log that is away is 503")
    func others() async throws {
        try await act("discard", #"{"corrections":[{"id":"a/b/0/1","value":""}]}"#) {
            #expect($0.status == .unprocessableContent)
        }
        try await act("discard", #"{"ids":["a/b/0/1"]}"#, FakeDesk(isAway: true)) {
            #expect($0.status == .serviceUnavailable && $0.headers[.retryAfter] == "5")
        }
        try await APIFixture().test { client in
            let response = try await client.get("/api/dead-letters/orders/payments-group/3/17")
            #expect(response.status == .notFound)
        }
    }

    @Test("a gate lets so many through, and again after they have left")
    func gate() {
        let gate = Gate(2)
        #expect(gate.enter() && gate.enter() && !gate.enter())
        gate.leave()
        #expect(gate.enter() && !gate.enter())
    }
}

/// Remembers what it was asked to do, and says that it is done.
private final class FakeDesk: DeadLetterActs {
    struct Asked: Sendable {
        let selection: DeadLetterSelection
        let options: ReplayOptions?
        let isDryRun: Bool
    }

    private struct Away: Error {}

    private let letter: DeadLetter?
    private let isAway: Bool
    private let acts = Mutex<[Asked]>([])

    init(letter: DeadLetter? = nil, isAway: Bool = false) {
        self.letter = letter
        self.isAway = isAway
    }

    var asked: [Asked] { acts.withLock { $0 } }

    func find(_ id: DeadLetterID) async throws -> (letter: DeadLetter, standing: DeadLetterLedger.Standing)? {
        letter.flatMap { $0.id == id ? (letter: $0, standing: .open) : nil }
    }

    func replay(
        _ selection: DeadLetterSelection, _ options: ReplayOptions, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary {
        try act(Asked(selection: selection, options: options, isDryRun: isDryRun), .replayed, report)
    }

    func discard(
        _ selection: DeadLetterSelection, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary {
        try act(Asked(selection: selection, options: nil, isDryRun: isDryRun), .discarded, report)
    }

    private func act(
        _ asked: Asked, _ kind: DeadLetterOutcome.Kind, _ report: (DeadLetterOutcome) -> Void
    ) throws -> DeadLetterSummary {
        if isAway { throw Away() }
        acts.withLock { $0.append(asked) }
        var summary = DeadLetterSummary()
        summary.add(kind)
        report(
            DeadLetterOutcome(kind: kind, id: DeadLetterID("orders/payments-group/3/17")!, letter: nil, detail: "done"))
        return summary
    }
}
