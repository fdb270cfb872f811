import DeadLetters
import Foundation
import NIOCore
import OrderEvents

/// What the body of an act on dead letters asks for.
struct DeadLetterAct: Equatable {
    static let maximumBodyBytes = 1_048_576
    /// Dead letters that can be named at once.
    static let maximumNamed = 1_000
    /// Outcomes that an answer lists; all are counted.
    static let maximumListed = 1_000

    let selection: DeadLetterSelection
    let isDryRun: Bool
    let options: ReplayOptions

    private struct Wire: Decodable {
        struct Filter: Decodable {
            var topic: String?
            var group: String?
            var code: String?
            var key: String?
            var since: String?
            var until: String?
        }

        struct Correction: Decodable {
            var id: String
            var value: String
        }

        var ids: [String]?
        var filter: Filter?
        var corrections: [Correction]?
        var dry_run: Bool?
        var force: Bool?
        var max_attempts: Int?
        var discarded: Bool?
    }

    /// - Parameter isReplay: whether records go back: a discarded dead letter has no other value, and no attempts.
    init(_ body: ByteBuffer, isReplay: Bool) throws(Problem) {
        let wire = try Self.read(body, isReplay: isReplay)
        switch (wire.ids, wire.filter, wire.corrections) {
        case (let ids?, nil, nil): selection = .ids(try Self.named(ids) { id throws(Problem) in try Self.id(id) })
        case (nil, let filter?, nil): selection = .matching(try Self.filter(filter, wire.discarded ?? false))
        case (nil, nil, let corrections?):
            selection = .corrected(
                try Self.named(corrections) { correction throws(Problem) in
                    DeadLetterCorrection(id: try Self.id(correction.id), value: Array(correction.value.utf8))
                })
        default:
            throw .invalidAct(
                "ids", isReplay ? "give one of ids, filter and corrections" : "give one of ids and filter")
        }
        let attempts = wire.max_attempts ?? 3
        guard (1...1_000).contains(attempts) else { throw .invalidAct("max_attempts", "it must be from 1 to 1000") }
        isDryRun = wire.dry_run ?? false
        options = ReplayOptions(
            maximumAttempts: attempts, isForced: wire.force ?? false, takesDiscarded: wire.discarded ?? false)
    }

    private static func read(_ body: ByteBuffer, isReplay: Bool) throws(Problem) -> Wire {
        let known: Set = ["ids", "filter", "dry_run"]
        let replays: Set = ["corrections", "force", "max_attempts", "discarded"]
        let filters: Set = ["topic", "group", "code", "key", "since", "until"]
        do {
            let data = Data(body.readableBytesView)
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw Problem.badRequest("The body is not a JSON object")
            }
            let allowed = isReplay ? known.union(replays) : known
            let others = object.keys.filter { !allowed.contains($0) }
            let filterOthers = ((object["filter"] as? [String: Any])?.keys).map { $0.filter { !filters.contains($0) } }
            if let other = (others + (filterOthers ?? [])).min() {
                throw Problem.invalidAct(String(other.prefix(80)), "there is no such field")
            }
            return try JSONDecoder().decode(Wire.self, from: data)
        } catch let problem as Problem {
            throw problem
        } catch let error as DecodingError {
            throw .invalidAct(Self.field(of: error), "it is not of the right form; see /docs")
        } catch {
            throw .badRequest("The body is not JSON")
        }
    }

    private static func field(of error: DecodingError) -> String {
        let path: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: []
            }
        return path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    private static func named<Item, Value>(
        _ items: [Item], _ each: (Item) throws(Problem) -> Value
    ) throws(Problem) -> [Value] {
        guard (1...maximumNamed).contains(items.count) else {
            throw .invalidAct("ids", "1 to \(maximumNamed) dead letters can be named at once")
        }
        var values: [Value] = []
        for item in items { values.append(try each(item)) }
        return values
    }

    private static func id(_ text: String) throws(Problem) -> DeadLetterID {
        guard let id = DeadLetterID(text) else {
            throw .invalidAct("ids", "\"\(text.prefix(80))\" is not topic/group/partition/offset")
        }
        return id
    }

    private static func filter(_ wire: Wire.Filter, _ takesDiscarded: Bool) throws(Problem) -> DeadLetterFilter {
        func moment(_ name: String, _ text: String?) throws(Problem) -> Int64? {
            guard let text else { return nil }
            guard let time = Timestamp(rfc3339: text) else { throw .invalidAct(name, "it is not an RFC 3339 time") }
            return time.millisecondsSinceEpoch
        }
        return DeadLetterFilter(
            topic: wire.topic, group: wire.group, code: wire.code, key: wire.key,
            since: try moment("since", wire.since), until: try moment("until", wire.until),
            state: takesDiscarded ? .discarded : .open)
    }
}

extension Problem {
    fileprivate static func invalidAct(_ field: String, _ detail: String) -> Problem {
        Problem(
            slug: "invalid-act", title: "Invalid request", status: .unprocessableContent,
            detail: "\(field): \(detail)", errors: [FieldError(field: field, detail: detail)])
    }
}
