import OrderEvents
import Foundation

/// A dead letter as one line of JSON, for scripts: what `orders dlq list --json` prints.
public struct DeadLetterLine: Encodable, Sendable {
    private struct Origin: Encodable {
        var topic: String
        var partition: Int32
        var offset: Int64
        var timestamp: String?
        var key: String?
        var keyBase64: String?
    }

    private struct Header: Encodable {
        var name: String
        var value: String?
        var valueBase64: String?
    }

    private var id: String
    private var topic: String
    private var group: String
    private var partition: Int32
    private var offset: Int64
    private var origin: Origin?
    private var code: String
    private var reason: String
    private var failedAt: String
    private var attempts: Int
    private var replayOf: String?
    private var state: DeadLetterState
    private var decidedAt: String?
    private var value: String?
    private var valueBase64: String?
    private var valueBytes: Int
    private var isOmitted: Bool?
    private var headers: [Header]

    public init(_ letter: DeadLetter, _ standing: DeadLetterLedger.Standing) {
        id = letter.id.description
        topic = letter.id.topic
        group = letter.id.group
        partition = letter.id.partition
        offset = letter.id.offset
        if letter.hasOrigin {
            let (text, base64) = Self.text(letter.key)
            origin = Origin(
                topic: letter.origin.topic, partition: letter.origin.partition, offset: letter.origin.offset,
                timestamp: letter.timestamp.map(Moment.text), key: text, keyBase64: base64)
        }
        code = letter.code
        reason = letter.reason
        failedAt = Moment.text(letter.failedAt)
        attempts = letter.attempts
        replayOf = letter.replayOf?.description
        state = standing.state
        decidedAt = standing.decidedAt.map(Moment.text)
        (value, valueBase64) = Self.text(letter.value)
        valueBytes = letter.value?.count ?? letter.omittedBytes ?? 0
        isOmitted = letter.omittedBytes == nil ? nil : true
        headers = letter.headers.map {
            let (text, base64) = Self.text($0.value)
            return Header(name: $0.name, value: text, valueBase64: base64)
        }
    }

    /// UTF-8 as it is, other bytes as Base64; neither where there are none.
    private static func text(_ bytes: [UInt8]?) -> (String?, String?) {
        guard let bytes else { return (nil, nil) }
        if let text = String(validating: bytes, as: UTF8.self) { return (text, nil) }
        return (nil, Data(bytes).base64EncodedString())
    }

    /// Without white space and without the line's end.
    public func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// A line that `orders dlq replay --from` takes: a dead letter's `id`, and its corrected `value` (a string) or
/// `value_base64`. With neither the dead letter is replayed as it is. Other members are skipped, so a line of `list
/// --json` is one.
public struct CorrectionLine: Hashable, Sendable {
    public var id: DeadLetterID
    public var value: ReplacedValue

    /// Nothing of a dead letter is longer than a broker's records.
    public static let maximumBytes = 8 << 20

    /// nil: an empty line.
    ///
    /// - Throws: ``DeadLetterError``: what is wrong with the line.
    public static func read(_ line: some Collection<UInt8>) throws(DeadLetterError) -> CorrectionLine? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
        let object: [String: Any]
        do {
            object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
        } catch {
            throw DeadLetterError("it is not JSON: one object a line, as `orders dlq list --json` prints them")
        }
        guard let text = object["id"] as? String else { throw DeadLetterError("it has no \"id\"") }
        guard let id = DeadLetterID(text) else {
            throw DeadLetterError("\"\(text)\" is no id; ids look like orders/payments-group/3/17")
        }
        return CorrectionLine(id: id, value: try value(object))
    }

    private static func value(_ object: [String: Any]) throws(DeadLetterError) -> ReplacedValue {
        let value = present(object["value"])
        let base64 = present(object["value_base64"])
        if value != nil, base64 != nil { throw DeadLetterError("it has both \"value\" and \"value_base64\"") }
        if let value {
            guard let text = value as? String else {
                throw DeadLetterError(
                    "its \"value\" must be a string that holds the record's bytes (in jq: .value |= tojson)")
            }
            return .value(Array(text.utf8))
        }
        guard let base64 else { return .original }
        guard let text = base64 as? String, let data = Data(base64Encoded: text) else {
            throw DeadLetterError("its \"value_base64\" is no Base64")
        }
        return .value(Array(data))
    }

    private static func present(_ value: Any?) -> Any? { value is NSNull ? nil : value }
}
