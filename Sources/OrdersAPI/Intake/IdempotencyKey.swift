import OrderEvents
import OrderStore

/// A client's own name for one request, so that it may send it again without placing a second order.
struct IdempotencyKey: Hashable, Sendable {
    let text: String

    /// From the header's value, which may stand in double quotes (the header's draft standard has it so; most clients
    /// don't).
    init(header value: String) throws(Problem) {
        var text = value[...]
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        let visible = text.utf8.allSatisfy { $0 >= 0x21 && $0 <= 0x7E }
        guard visible, StoreLimits.idempotencyKeyBytes.contains(text.utf8.count) else {
            throw .invalidParameter(
                "Idempotency-Key", "it must be 1 to 255 visible ASCII characters, such as a UUID")
        }
        self.text = String(text)
    }
}

extension OrderDraft {
    /// What makes two requests the same: every field, exactly, in 40 bytes. No digest, so no two differing drafts share
    /// it.
    var fingerprint: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(id?.rawValue ?? 0)
        append(customerID)
        append(amount.minorUnits)
        append(amount.currency.packed)
        append(country.packed)
        append(status.map { $0.rawValue + 1 } ?? 0)
        append(createdAt == nil ? 0 as UInt8 : 1)
        append(createdAt?.millisecondsSinceEpoch ?? 0)
        return bytes
    }
}
