import NIOCore
import OrderEvents
import OrderStore

/// An order document as it is stored: the JSON of `order-analytics`, and `found_by` behind it.
///
/// `found_by` has what the indexes need in a form that they can sort: places instead of times, amounts on one scale, what
/// is owed back in two parts that sums do not overflow. Readers of the document skip it.
enum StoredOrder {
    /// The largest integer that every reader of JSON keeps exactly. Larger amounts are found by it, and looked at.
    static let largestAmount = OrderID.maximum
    /// What is owed back is stored as so many times this, and the rest: the sums of both stay exact.
    static let dueUnit: Int64 = 1_000_000_000

    static func key(_ id: OrderID) -> String { "\(id)" }

    /// The bytes to store; `scratch` is emptied first.
    static func encode(_ document: OrderDocument, _ scratch: inout JSONBytes) -> ByteBuffer {
        scratch.removeAll()
        document.encode(into: &scratch)
        // The object goes on.
        scratch.removeLast(downTo: scratch.count - 1)
        scratch.append(",\"found_by\":{\"created\":\"")
        append(document.order.createdAt, document.order.id, &scratch)
        scratch.append("\",\"amount\":")
        scratch.append(integer: scaledAmount(document.order.amount))
        if let fraud = document.fraud {
            scratch.append(",\"detected\":\"")
            append(fraud.detectedAt, document.order.id, &scratch)
            scratch.append(UInt8(ascii: "\""))
        }
        if let due = document.refundDue {
            scratch.append(",\"due\":{\"currency\":\"")
            scratch.append(due.currency)
            scratch.append("\",\"whole\":")
            scratch.append(integer: due.minorUnits / dueUnit)
            scratch.append(",\"rest\":")
            scratch.append(integer: due.minorUnits % dueUnit)
            scratch.append(UInt8(ascii: "}"))
        }
        scratch.append("}}")
        return scratch.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }

    static func decode(_ bytes: ByteBuffer, key: String) throws(OrderStoreError) -> OrderDocument {
        do {
            return try bytes.withUnsafeReadableBytes { json in try OrderDocument(json: json) }
        } catch {
            throw OrderStoreError(.corrupt, "the stored order \(key) cannot be read: \(error)")
        }
    }

    static func scaledAmount(_ amount: Money) -> Int64 {
        min(AmountScale.scaled(minorUnits: amount.minorUnits, decimals: amount.currency.minorDigits), largestAmount)
    }

    private static func append(_ moment: Timestamp, _ id: OrderID, _ bytes: inout JSONBytes) {
        bytes.append(contentsOf: PlaceText.text(moment, id).utf8)
    }
}
