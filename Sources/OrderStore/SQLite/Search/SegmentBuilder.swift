/// Makes a segment of orders as they were noted: its entries sorted, in chunks.
struct SegmentBuilder {
    /// In the order of the notes, the latest last.
    private let records: [SearchRecord]
    /// Places in `records`, by created_at and id; of each order the latest.
    private var order: [UInt32]
    private var isUpdate: [Bool]
    private let maximumBytes: Int

    /// - Parameter records: fewer than 2^32.
    init(_ records: [SearchRecord], maximumBytes: Int = SearchChunk.maximumBytes) {
        self.records = records
        self.maximumBytes = maximumBytes
        isUpdate = records.map(\.isUpdate)
        order = (0..<UInt32(records.count)).map { $0 }
        RadixSort.sort(&order, by: records.map { RadixSort.ascending($0.id) })
        keepLatest()
        RadixSort.sort(&order, by: records.map { RadixSort.ascending($0.moment) })
    }

    /// An order is an update only if the first note of it here was one.
    private mutating func keepLatest() {
        var kept: [UInt32] = []
        kept.reserveCapacity(order.count)
        for place in order {
            if let last = kept.last, records[Int(last)].id == records[Int(place)].id {
                isUpdate[Int(place)] = isUpdate[Int(last)]
                kept[kept.count - 1] = place
            } else {
                kept.append(place)
            }
        }
        order = kept
    }

    func build() -> SegmentContent {
        var writer = ChunkWriter(maximumBytes: maximumBytes)
        var content = SegmentContent(orders: order.count)
        content.keys = append(to: &writer, key: { $0.facet }, detail: { isUpdate[$0] ? 1 : 0 })
        _ = append(to: &writer, key: { $0.customer }, detail: { _ in 0 })
        content.keys += append(
            to: &writer, key: { SearchKey.amount(scaled: $0.amount) }, detail: { records[$0].amount })
        for place in order where isUpdate[Int(place)] {
            let record = records[Int(place)]
            writer.append(SearchEntry(key: SearchKey.update, moment: record.moment, id: record.id, detail: 0))
        }
        writer.close()
        content.chunks = writer.chunks
        content.superseding = order.count { isUpdate[Int($0)] }
        content.oldest = order.first.map { records[Int($0)].moment } ?? .max
        content.newest = order.last.map { records[Int($0)].moment } ?? .min
        return content
    }

    /// Returns the keys.
    private func append(
        to writer: inout ChunkWriter, key: (SearchRecord) -> Int64, detail: (Int) -> Int64
    ) -> [Int64] {
        // Keys are positive: their bits compare as they do.
        let keys = records.map { UInt64(bitPattern: key($0)) }
        var sorted = order
        RadixSort.sort(&sorted, by: keys)
        var found: [Int64] = []
        for place in sorted {
            let index = Int(place)
            let key = Int64(bitPattern: keys[index])
            if key != found.last { found.append(key) }
            writer.append(
                SearchEntry(key: key, moment: records[index].moment, id: records[index].id, detail: detail(index)))
        }
        return found
    }
}

/// What a segment holds.
struct SegmentContent: Equatable, Sendable {
    var orders: Int
    /// Of them, those that older segments may have another facet of.
    var superseding = 0
    /// The earliest created_at and the latest, in milliseconds.
    var oldest = Int64.max
    var newest = Int64.min
    var chunks: [SearchChunk] = []
    /// The facets and the steps of amounts, ascending.
    var keys: [Int64] = []
}
