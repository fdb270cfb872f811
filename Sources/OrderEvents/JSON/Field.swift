/// Every field name that an event of this platform has, so that all decoders share one matcher.
enum Field: UInt8, CaseIterable {
    case orderID, customerID, amount, currency, country, status, createdAt
    case processedAt, declineReason, reason, detectedAt
    case type, payment, fraud, history, revision, updatedAt, flagged
    case created, confirmed, cancelled
    case windowStart, windowEnd, partition, cells, late
    case conflicts, count, seenAt
    case orders, sales, cancelledCount, paid, paidAmount, declined, declinedAmount, flaggedAmount

    var name: StaticString {
        switch self {
        case .orderID: "order_id"
        case .customerID: "customer_id"
        case .amount: "amount"
        case .currency: "currency"
        case .country: "country"
        case .status: "status"
        case .createdAt: "created_at"
        case .processedAt: "processed_at"
        case .declineReason: "decline_reason"
        case .reason: "reason"
        case .detectedAt: "detected_at"
        case .type: "type"
        case .payment: "payment"
        case .fraud: "fraud"
        case .history: "history"
        case .revision: "revision"
        case .updatedAt: "updated_at"
        case .flagged: "flagged"
        case .created: "CREATED"
        case .confirmed: "CONFIRMED"
        case .cancelled: "CANCELLED"
        case .windowStart: "window_start"
        case .windowEnd: "window_end"
        case .partition: "partition"
        case .cells: "cells"
        case .late: "late"
        case .conflicts: "conflicts"
        case .count: "count"
        case .seenAt: "seen_at"
        case .orders: "orders"
        case .sales: "sales"
        case .cancelledCount: "cancelled"
        case .paid: "paid"
        case .paidAmount: "paid_amount"
        case .declined: "declined"
        case .declinedAmount: "declined_amount"
        case .flaggedAmount: "flagged_amount"
        }
    }
}

/// A set of fields, in one word.
struct FieldSet: ExpressibleByArrayLiteral {
    private var bits: UInt64

    @inline(__always)
    init(arrayLiteral fields: Field...) {
        bits = 0
        for field in fields { bits |= 1 << UInt64(field.rawValue) }
    }

    @inline(__always)
    func contains(_ field: Field) -> Bool { bits >> UInt64(field.rawValue) & 1 == 1 }

    /// False if it was there already.
    @inline(__always)
    mutating func insert(_ field: Field) -> Bool {
        let bit: UInt64 = 1 << UInt64(field.rawValue)
        guard bits & bit == 0 else { return false }
        bits |= bit
        return true
    }

    @inline(__always)
    func isSuperset(of other: FieldSet) -> Bool { bits & other.bits == other.bits }

    /// The fields of `others` that are not in here, in their order.
    func missing(from others: FieldSet) -> [Field] {
        Field.allCases.filter { others.contains($0) && !contains($0) }
    }
}
