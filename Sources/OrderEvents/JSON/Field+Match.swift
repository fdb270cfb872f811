extension Field {
    /// The field of this name; nil for any other name.
    @inline(__always)
    static func match(_ name: UnsafeBufferPointer<UInt8>) -> Field? {
        guard let start = name.baseAddress else { return nil }
        return match(UnsafeRawPointer(start), name.count)
    }

    private static func match(_ start: UnsafeRawPointer, _ count: Int) -> Field? {
        @inline(__always)
        func has(_ field: Field, _ name: StaticString) -> Field? {
            same(start, name) ? field : nil
        }
        switch count {
        case 4: return has(.type, "type") ?? has(.late, "late") ?? has(.paid, "paid")
        case 5:
            return has(.fraud, "fraud") ?? has(.sales, "sales") ?? has(.cells, "cells")
                ?? has(.count, "count")
        case 6:
            return has(.amount, "amount") ?? has(.status, "status") ?? has(.reason, "reason")
                ?? has(.orders, "orders")
        case 7:
            return has(.country, "country") ?? has(.payment, "payment") ?? has(.history, "history")
                ?? has(.flagged, "flagged") ?? has(.created, "CREATED") ?? has(.seenAt, "seen_at")
        case 8:
            return has(.orderID, "order_id") ?? has(.currency, "currency") ?? has(.revision, "revision")
                ?? has(.declined, "declined")
        case 9:
            return has(.partition, "partition") ?? has(.confirmed, "CONFIRMED") ?? has(.cancelled, "CANCELLED")
                ?? has(.cancelledCount, "cancelled") ?? has(.conflicts, "conflicts")
        case 10:
            return has(.createdAt, "created_at") ?? has(.updatedAt, "updated_at") ?? has(.windowEnd, "window_end")
        case 11:
            return has(.customerID, "customer_id") ?? has(.detectedAt, "detected_at")
                ?? has(.paidAmount, "paid_amount")
        case 12: return has(.processedAt, "processed_at") ?? has(.windowStart, "window_start")
        case 14: return has(.declineReason, "decline_reason") ?? has(.flaggedAmount, "flagged_amount")
        case 15: return has(.declinedAmount, "declined_amount")
        default: return nil
        }
    }

    /// Compares as many bytes as `name` has, at least four, in two overlapping loads of a word: with a
    /// literal for `name` that is two comparisons with constants.
    @inline(__always)
    private static func same(_ start: UnsafeRawPointer, _ name: StaticString) -> Bool {
        let wanted = UnsafeRawPointer(name.utf8Start)
        let count = name.utf8CodeUnitCount
        if count >= 8 {
            return start.loadUnaligned(as: UInt64.self) == wanted.loadUnaligned(as: UInt64.self)
                && start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                    == wanted.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        }
        return start.loadUnaligned(as: UInt32.self) == wanted.loadUnaligned(as: UInt32.self)
            && start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
                == wanted.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
    }
}
