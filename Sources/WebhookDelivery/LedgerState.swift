import OrderEvents
import StreamProcessing
import Webhooks

/// A ledger as keyed state: a byte that says whether a delivery waits, then its JSON.
struct LedgerState: StateValue {
    var ledger: WebhookLedger

    private static let waits: UInt8 = 1

    /// Whether these bytes are the state of a ledger of which a delivery waits: without reading the rest.
    static func isWaiting(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.first == waits }

    func encodeState(into bytes: inout [UInt8]) {
        bytes.append(ledger.due == nil ? 0 : Self.waits)
        var json = JSONBytes()
        ledger.encode(into: &json)
        bytes += json.bytes
    }

    static func decodeState(_ bytes: UnsafeRawBufferPointer, of _: LedgerKey) throws -> LedgerState? {
        guard bytes.count > 1 else { return nil }
        return LedgerState(ledger: try WebhookLedger(json: UnsafeRawBufferPointer(rebasing: bytes.dropFirst())))
    }

    /// What of a record of the log of deliveries is kept.
    static let ofRecord: StateOfRecord = { key, value, state in
        if EndpointKey(bytes: key) != nil {
            MarkState(mark: try EndpointMark(json: value)).encodeState(into: &state)
        } else {
            LedgerState(ledger: try WebhookLedger(json: value)).encodeState(into: &state)
        }
    }
}
