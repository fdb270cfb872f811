import APIAccess
import DeadLetters
import Foundation
import Hummingbird
import OrderEvents

/// The query parameters of the list of dead letters.
enum DeadLetterParameters {
    private static func name(_ name: String, _ description: String) -> QueryParameter<String> {
        QueryParameter(name, .text(maximumBytes: 255, form: "a name of at most 255 bytes"), description) { $0 }
    }

    static let topic = name("topic", "Only records of this topic")
    static let group = name("group", "Only what this consumer group set aside")
    static let code = name("code", "Only this kind of fault, such as missing_field")
    /// nil inside: all of them.
    static let state = QueryParameter<DeadLetterState?>.choice(
        "state", DeadLetterState.allCases.map { ($0.rawValue, $0) } + [("all", nil)],
        "Only dead letters in this state; open if left out")

    static var filter: [ParameterSpec] { [topic.spec, group.spec, code.spec, state.spec] }
    static var all: [ParameterSpec] { filter + PageParameters.all }
}

extension DeadLetterFilter {
    init(query: QueryValues) throws(Problem) {
        self.init(
            topic: try query.value(DeadLetterParameters.topic), group: try query.value(DeadLetterParameters.group),
            code: try query.value(DeadLetterParameters.code),
            state: try query.value(DeadLetterParameters.state) ?? .open)
    }
}

extension APIRoutes {
    var listDeadLetters: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/dead-letters", access: .scope(.read),
                summary:
                    "Records that a service could not process, the newest first, in pages; the newest few thousand are kept",
                parameters: DeadLetterParameters.all,
                responses: [.json("DeadLetterPage"), .problem(.badRequest), .problem(.serviceUnavailable)])
        ) { _, _, values in
            let filter = try DeadLetterFilter(query: values)
            let asked = try PageRequest(values, list: "dead-letters") { DeadLetterCursor($0) }
            guard let deadLetters, deadLetters.summary().status != .starting else {
                throw Self.noDeadLetters
            }
            let page = deadLetters.page(filter, after: asked.cursor, limit: asked.limit)
            return .json(capacity: 64 + page.entries.reduce(0) { $0 + 640 + ($1.letter.value?.count ?? 0) * 2 }) {
                json in
                json.array("dead_letters", page.entries) { json, entry in json.deadLetter(entry) }
                json.member("complete", page.isComplete)
                json.nextCursor(page.next.map { asked.text($0.text) })
            }
        }
    }
}

extension APIRoutes {
    static var noDeadLetters: Problem {
        .unavailable(
            "dead-letters-unavailable", "The dead letters have not been read yet; try again in a few seconds",
            retryAfterSeconds: 2)
    }
}

extension JSONWriter {
    /// The member `dead_letters` of `/api/system`.
    mutating func deadLetters(_ overview: DeadLetterOverview) {
        object("dead_letters") { json in
            json.member("status", overview.status.rawValue)
            json.member("open", overview.open)
            json.member("open_records", overview.openRecords)
            json.array("topics", overview.topics) { json, topic in
                json.object {
                    $0.member("topic", topic.topic)
                    $0.member("group", topic.group)
                    $0.member("open", topic.open)
                }
            }
        }
    }

    mutating func deadLetter(_ entry: DeadLetterIndex.Entry) {
        object { $0.members(of: entry) }
    }

    mutating func members(of entry: DeadLetterIndex.Entry) {
        let letter = entry.letter
        member("id", letter.id.description)
        member("topic", letter.id.topic)
        member("group", letter.id.group)
        member("partition", Int64(letter.id.partition))
        member("offset", letter.id.offset)
        if letter.hasOrigin {
            object("origin") {
                $0.member("topic", letter.origin.topic)
                $0.member("partition", Int64(letter.origin.partition))
                $0.member("offset", letter.origin.offset)
                if let time = letter.timestamp { $0.member("timestamp", Timestamp(millisecondsSinceEpoch: time)) }
                if let key = letter.key { $0.text("key", "key_base64", key) }
            }
        }
        member("code", letter.code)
        member("reason", letter.reason)
        member("failed_at", Timestamp(millisecondsSinceEpoch: letter.failedAt))
        member("attempts", letter.attempts)
        member("state", entry.standing.state.rawValue)
        if let at = entry.standing.decidedAt { member("decided_at", Timestamp(millisecondsSinceEpoch: at)) }
        if let value = letter.value {
            // Cut in the middle of a character it would be no text any more.
            let whole = value.count < entry.valueBytes ? value.droppingPartialCharacter : value[...]
            text("value", "value_base64", whole)
        }
        member("value_bytes", entry.valueBytes)
    }

    /// Bytes as text where they are UTF-8, else as Base64 under the other name.
    private mutating func text(_ name: StaticString, _ base64Name: StaticString, _ bytes: some Collection<UInt8>) {
        if let text = String(validating: bytes, as: UTF8.self) {
            member(name, text)
        } else {
            member(base64Name, Data(bytes).base64EncodedString())
        }
    }
}

extension [UInt8] {
    /// Without the first bytes of a UTF-8 character whose rest was cut off.
    var droppingPartialCharacter: ArraySlice<UInt8> {
        // A character has at most four bytes: its first one is among the last four.
        for back in 1...4 where back <= count {
            let byte = self[count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte < 0x80 ? 1 : byte & 0xE0 == 0xC0 ? 2 : byte & 0xF0 == 0xE0 ? 3 : 4
            return length > back ? self[..<(count - back)] : self[...]
        }
        return self[...]
    }
}
