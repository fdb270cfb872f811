import OrderEvents

/// The orders of one batch, as the sink notes them: about fourteen bytes each.
///
/// Ids and times are differences to the order before. A facet that was noted shortly before is one byte.
struct SearchNote {
    private let buffer: VarintBuffer
    private(set) var count = 0
    private var facets = RecentFacets()
    private var (lastID, lastMoment): (Int64, Int64) = (0, 0)

    /// Of a record: head, facet, id, time, customer, amount.
    private static let integers = 6

    init(capacity: Int) { buffer = VarintBuffer(capacity: max(64, capacity * 20)) }

    mutating func append(_ record: SearchRecord) {
        buffer.reserve(integers: Self.integers)
        let (slot, isKnown) = facets.note(record.facet)
        buffer.append(UInt64(slot) << 2 | (record.isUpdate ? 2 : 0) | (isKnown ? 0 : 1))
        if !isKnown { buffer.append(UInt64(bitPattern: record.facet)) }
        buffer.append(signed: record.id &- lastID)
        buffer.append(signed: record.moment &- lastMoment)
        buffer.append(UInt64(bitPattern: record.customer))
        buffer.append(signed: record.amount)
        (lastID, lastMoment) = (record.id, record.moment)
        count += 1
    }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try buffer.withBytes(body)
    }

    /// Hands each record of a note to `body`.
    ///
    /// - Throws: `.corrupt` if the bytes are not such a note of `count` orders.
    static func read(
        _ bytes: UnsafeRawBufferPointer, count: Int64, _ body: (SearchRecord) -> Void
    ) throws(OrderStoreError) {
        var reader = VarintReader(bytes)
        var facets = RecentFacets()
        var record = SearchRecord(id: 0, moment: 0, facet: 0, customer: 0, amount: 0, isUpdate: false)
        var found: Int64 = 0
        while !reader.isAtEnd {
            let head = try reader.next()
            guard head >> 2 < UInt64(RecentFacets.slots) else { throw VarintReader.damaged("has an unknown facet") }
            if head & 1 == 1 {
                record.facet = Int64(bitPattern: try reader.next())
                guard facets.note(record.facet).slot == Int(head >> 2) else {
                    throw VarintReader.damaged("has an unknown facet")
                }
            } else {
                record.facet = facets.facets[Int(head >> 2)]
            }
            guard SearchKey.isFacet(record.facet) else { throw VarintReader.damaged("has an unknown facet") }
            record.isUpdate = head & 2 == 2
            record.id &+= try reader.nextSigned()
            record.moment &+= try reader.nextSigned()
            record.customer = Int64(bitPattern: try reader.next())
            record.amount = try reader.nextSigned()
            found += 1
            body(record)
        }
        guard found == count else { throw VarintReader.damaged("notes \(found) orders instead of \(count)") }
    }
}

/// The facets that were noted last, each in the slot that follows from it.
private struct RecentFacets {
    static let slots = 64
    private(set) var facets = [Int64](repeating: 0, count: slots)

    @inline(__always)
    mutating func note(_ facet: Int64) -> (slot: Int, isKnown: Bool) {
        let slot = Int(truncatingIfNeeded: (UInt64(bitPattern: facet) &* 0x9E37_79B9_7F4A_7C15) >> 58)
        if facets[slot] == facet { return (slot, true) }
        facets[slot] = facet
        return (slot, false)
    }
}
