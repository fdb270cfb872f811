import APIAccess
import DeadLetters
import Hummingbird
import OrderEvents
import Synchronization

extension APIRoutes {
    var showDeadLetter: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/dead-letters/{topic}/{group}/{partition}/{offset}", access: .scope(.read),
                summary: "One dead letter with the whole of its value",
                parameters: [
                    Self.part("topic", .text(maximumBytes: 255, form: "a topic")),
                    Self.part("group", .text(maximumBytes: 255, form: "a consumer group")),
                    Self.part("partition", .integer(0...Int64(Int32.max))),
                    Self.part("offset", .integer(0...OrderID.maximum)),
                ],
                responses: [.json("DeadLetter"), .problem(.notFound)])
        ) { _, context, _ in
            let parts = ["topic", "group", "partition", "offset"].map { context.parameters.get($0) ?? "" }
            // Each look is a client of its own.
            guard exportGate.enter() else {
                throw Problem.unavailable(
                    "overloaded", "Too much is being read from the log at the moment", retryAfterSeconds: 2)
            }
            defer { exportGate.leave() }
            guard let id = DeadLetterID(parts.joined(separator: "/")), let acts = deadLetterActs,
                let found = try await Self.answering({ try await acts.find(id) })
            else { throw Problem.notFound("There is no dead letter \(parts.joined(separator: "/").prefix(200))") }
            let bytes = found.letter.value?.count ?? found.letter.omittedBytes ?? 0
            let entry = DeadLetterIndex.Entry(letter: found.letter, valueBytes: bytes, standing: found.standing)
            return .json(capacity: 1_024 + bytes * 2) { $0.members(of: entry) }
        }
    }

    private static func part(_ name: String, _ schema: ParameterSpec.Schema) -> ParameterSpec {
        ParameterSpec(name: name, location: .path, schema: schema, description: "The \(name) of its id")
    }

    var replayDeadLetters: Route {
        actRoute(
            "replay", "Puts the records of dead letters back on their topics, as they were or with another value",
            form: "DeadLetterReplay",
            example: #"{"ids":["orders/payments-group/3/17"],"dry_run":true}"#
        ) { acts, act, by, report in
            try await acts.replay(act.selection, act.options, by: by, isDryRun: act.isDryRun, report: report)
        }
    }

    var discardDeadLetters: Route {
        actRoute(
            "discard", "Marks dead letters as dealt with; nothing is deleted, and they can still be replayed",
            form: "DeadLetterDiscard", example: #"{"filter":{"code":"missing_field"},"dry_run":true}"#
        ) { acts, act, by, report in
            try await acts.discard(act.selection, by: by, isDryRun: act.isDryRun, report: report)
        }
    }

    private func actRoute(
        _ name: String, _ summary: String, form: String, example: String,
        _ body:
            @escaping @Sendable (
                any DeadLetterActs, DeadLetterAct, String, @escaping @Sendable (DeadLetterOutcome) -> Void
            ) async throws -> DeadLetterSummary
    ) -> Route {
        Route(
            Endpoint(
                method: .post, path: "/api/dead-letters/\(name)", access: .scope(.operate), summary: summary,
                requestBody: .init(
                    contents: [.init(type: "application/json", schema: .named(form), example: example)],
                    maximumBytes: DeadLetterAct.maximumBodyBytes),
                responses: [
                    .json("DeadLetterActResult"), .problem(.badRequest), .problem(.conflict),
                    .problem(.contentTooLarge), .problem(.unsupportedMediaType), .problem(.unprocessableContent),
                ])
        ) { request, context, _ in
            try Self.requireJSON(request.headers[.contentType])
            let bytes = try await RequestBodyReader.body(
                of: request, on: context.channel, upTo: DeadLetterAct.maximumBodyBytes)
            let act = try DeadLetterAct(bytes, isReplay: name == "replay")
            guard let acts = deadLetterActs else { throw Self.noDesk }
            guard actGate.enter() else {
                throw Problem(
                    slug: "act-in-progress", title: "Act in progress", status: .conflict,
                    detail: "Another act on dead letters is being carried out; try again when it is done",
                    headers: [.retryAfter: "2"])
            }
            defer { actGate.leave() }
            let outcomes = OutcomeList()
            let summary = try await Self.answering {
                try await body(acts, act, context.identity.actor, outcomes.add)
            }
            context.logger.notice(
                "dead letters \(name)",
                metadata: [
                    "request_id": "\(context.requestID)", "dry_run": "\(act.isDryRun)", "total": "\(summary.total)",
                ])
            return Self.response(act, summary, outcomes.listed)
        }
    }

    private static func response(
        _ act: DeadLetterAct, _ summary: DeadLetterSummary, _ outcomes: [DeadLetterOutcome]
    ) -> Response {
        .json(capacity: 256 + outcomes.count * 128) { json in
            json.member("dry_run", act.isDryRun)
            json.member("complete", summary.isComplete)
            json.member("total", summary.total)
            json.object("counts") { json in
                for (kind, count) in summary.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    json.key(text: kind.rawValue)
                    json.value(count)
                }
            }
            json.array("outcomes", outcomes) { json, outcome in
                json.object {
                    $0.member("id", outcome.id.description)
                    $0.member("outcome", outcome.kind.rawValue)
                    $0.member("detail", outcome.detail)
                }
            }
            json.member("outcomes_left_out", summary.total - outcomes.count)
        }
    }

    private static var noDesk: Problem {
        .unavailable("dead-letters-unavailable", "This process does not look after dead letters", retryAfterSeconds: 30)
    }

    /// What the log says in the way of an answer.
    private static func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as DeadLetterError {
            throw Problem.unavailable("dead-letters-unavailable", "\(error)", retryAfterSeconds: 5)
        } catch let error where !(error is Problem || error is CancellationError) {
            throw Problem.unavailable(
                "dead-letters-unavailable", "The log could not be reached, or the topics are being moved; try again",
                retryAfterSeconds: 5)
        }
    }
}

/// Lets so many through at a time.
final class Gate: Sendable {
    private let free: Mutex<Int>

    init(_ places: Int) { free = Mutex(places) }

    /// Whether there is a place; if so ``leave()`` must follow.
    func enter() -> Bool {
        free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
    }

    func leave() { free.withLock { $0 += 1 } }
}

/// The first outcomes of an act.
private final class OutcomeList: Sendable {
    private let outcomes = Mutex<[DeadLetterOutcome]>([])

    var listed: [DeadLetterOutcome] { outcomes.withLock { $0 } }

    @Sendable func add(_ outcome: DeadLetterOutcome) {
        outcomes.withLock { outcomes in
            guard outcomes.count < DeadLetterAct.maximumListed else { return }
            var outcome = outcome
            // The record itself is not shown, and may be large.
            outcome.letter = nil
            outcomes.append(outcome)
        }
    }
}
