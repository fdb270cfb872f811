import Foundation
import NIOCore

/// What a server says of its statuses: for those that are newer than this client.
struct ErrorMap: Hashable, Sendable {
    static let newestVersion: UInt16 = 2
    /// More statuses than any server has.
    private static let maximumCount = 4_096

    struct Entry: Hashable, Sendable, Decodable {
        let name: String
        let desc: String
        let attrs: [String]

        /// The server asks for another attempt.
        var isRetriable: Bool { attrs.contains { ["retry-now", "retry-later", "auto-retry"].contains($0) } }
        /// The connection lost who we are, or its bucket.
        var invalidatesConnection: Bool { attrs.contains("conn-state-invalidated") }
    }

    private var entries: [UInt16: Entry] = [:]

    init() {}

    /// A map that cannot be read is an empty one: it only adds to what the client knows.
    init(json: ByteBuffer) {
        struct Document: Decodable { let errors: [String: Entry] }
        // Not fatal by the protocol: statuses are surfaced by their numbers then.
        let document = try? JSONDecoder().decode(Document.self, from: Data(json.readableBytesView))
        guard let document else { return }
        for (code, entry) in document.errors.prefix(Self.maximumCount) {
            if let status = UInt16(code, radix: 16) { entries[status] = entry }
        }
    }

    subscript(status: Status) -> Entry? { entries[status.rawValue] }
}
