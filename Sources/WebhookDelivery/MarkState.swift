import OrderEvents
import StreamProcessing
import Webhooks

/// The key of an endpoint's mark, in each home.
struct EndpointKey: StateKey {
    var endpoint: String

    /// nil: not the key of a mark.
    init?(bytes: UnsafeRawBufferPointer) {
        guard let endpoint = EndpointMark.endpoint(ofKey: bytes) else { return nil }
        self.endpoint = endpoint
    }

    var stateHash: UInt64 { UInt64(bitPattern: Int64(endpoint.hashValue)) }

    func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Array("\(EndpointMark.keyPrefix)\(endpoint)".utf8).withUnsafeBytes(body)
    }
}

/// An endpoint's mark as keyed state: a byte that no ledger begins with, then its JSON.
struct MarkState: StateValue {
    var mark: EndpointMark

    private static let kind: UInt8 = 2

    func encodeState(into bytes: inout [UInt8]) {
        bytes.append(Self.kind)
        var json = JSONBytes()
        mark.encode(into: &json)
        bytes += json.bytes
    }

    static func decodeState(_ bytes: UnsafeRawBufferPointer, of _: EndpointKey) throws -> MarkState? {
        guard bytes.first == kind else { return nil }
        return MarkState(mark: try EndpointMark(json: UnsafeRawBufferPointer(rebasing: bytes.dropFirst())))
    }
}
