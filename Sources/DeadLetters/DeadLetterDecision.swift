import Foundation
import OrderEvents

/// What somebody decided about a dead letter: a record of `dead-letter-decisions`, under the dead letter's id.
///
/// A replay counts for the origin: the record is back on its topic, where every group reads it again, so every group's
/// dead letter of that origin is replayed, also one that comes later. A discard counts for its own group's dead letter
/// alone.
public struct DeadLetterDecision: Hashable, Sendable {
    public enum Action: String, Codable, Sendable {
        case replayed, discarded
    }

    public var action: Action
    public var id: DeadLetterID
    public var origin: DeadLetterOrigin
    /// When, milliseconds since 1970.
    public var at: Int64
    /// The replay's number, from 1; for a discard the number of replays before it.
    public var attempt: Int
    /// Whether a replay sent another value than the original.
    public var isCorrected: Bool
    /// Who or what decided, for people.
    public var by: String

    public init(action: Action, letter: DeadLetter, at: Int64, attempt: Int, isCorrected: Bool = false, by: String) {
        self.action = action
        id = letter.id
        origin = letter.origin
        self.at = at
        self.attempt = attempt
        self.isCorrected = isCorrected
        self.by = by
    }
}

extension DeadLetterDecision {
    private struct Wire: Codable {
        var id: String
        var action: Action
        var origin: DeadLetterOrigin
        var at: String
        var attempt: Int
        var mended: Bool?
        var by: String?
    }

    /// `{"action":"replayed","at":"…","attempt":1,"by":"…","id":"orders/payments-group/3/17","mended":true,"origin":{"offset":812,"partition":3,"topic":"orders"}}`
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(
            try encoder.encode(
                Wire(
                    id: id.description, action: action, origin: origin,
                    at: Timestamp(millisecondsSinceEpoch: at).description, attempt: attempt, mended: isCorrected, by: by
                )))
    }

    /// nil: bytes that are no decision. Whoever reads the topic skips them.
    public init?(json: UnsafeRawBufferPointer) {
        // Why it is none does not matter: nobody but the desk writes here, and a stranger's record decides nothing.
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(json)), let id = DeadLetterID(wire.id),
            let at = Timestamp(rfc3339: wire.at)
        else { return nil }
        action = wire.action
        self.id = id
        origin = wire.origin
        self.at = at.millisecondsSinceEpoch
        attempt = wire.attempt
        isCorrected = wire.mended ?? false
        by = wire.by ?? ""
    }
}
