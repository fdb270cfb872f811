import Foundation
import OrderEvents

/// One act that is worth knowing about later: who did what to what, when, and with which result. Holds no secret.
public struct AuditRecord: Sendable, Equatable, Encodable {
    let at: String
    let who: String
    let name: String
    let act: String
    let target: String?
    let result: String
    let status: Int?
    let requestID: String?
    let address: String?

    private enum CodingKeys: String, CodingKey {
        case at, who, name, act, target, result, status, address
        case requestID = "request_id"
    }

    /// - Parameters:
    ///   - who: a caller's id, or `user:NAME@HOST` for a command.
    ///   - act: what was done, such as `POST /api/dead-letters/replay`.
    ///   - target: what it was done to.
    ///   - result: `done`, or why not.
    public init(
        at time: Timestamp, who: String, name: String, act: String, target: String? = nil, result: String,
        status: Int? = nil, requestID: String? = nil, address: String? = nil
    ) {
        self.at = time.description
        self.who = who
        self.name = name
        self.act = act
        self.target = target
        self.result = result
        self.status = status
        self.requestID = requestID
        self.address = address
    }

    /// As a line of JSON, with its end.
    public func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
