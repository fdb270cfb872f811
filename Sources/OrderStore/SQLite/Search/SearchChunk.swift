import OrderEvents

/// A stretch of a segment's entries in the form in which it is stored: differences to the entry before.
struct SearchChunk: Equatable, Sendable {
    let first: SearchEntry
    let bytes: [UInt8]

    /// Two chunks fill a page of the file.
    static let maximumBytes = 2_016

    /// The entries in their order, put in the place of what `entries` held.
    ///
    /// - Throws: `.corrupt` unless the bytes are exactly a chunk of one kind of keys, in ascending order.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, into entries: inout [SearchEntry]
    ) throws(OrderStoreError) {
        entries.removeAll(keepingCapacity: true)
        guard !bytes.isEmpty, bytes.count <= maximumBytes else {
            throw VarintReader.damaged("has \(bytes.count) bytes")
        }
        var reader = VarintReader(bytes)
        var entry = SearchEntry(key: 0, moment: 0, id: 0, detail: 0)
        while !reader.isAtEnd {
            let last = entry
            let tag = try reader.next()
            let (key, overflow) = entry.key.addingReportingOverflow(Int64(bitPattern: tag >> 1))
            guard !overflow else { throw VarintReader.damaged("has a key beyond all others") }
            entry.key = key
            if key == last.key {
                entry.moment &+= Int64(bitPattern: try reader.next())
                if entry.moment == last.moment {
                    entry.id &+= Int64(bitPattern: try reader.next())
                } else {
                    entry.id &+= try reader.nextSigned()
                }
            } else {
                entry.moment &+= try reader.nextSigned()
                entry.id &+= try reader.nextSigned()
            }
            entry.detail = SearchKey.isAmount(key) ? try reader.nextSigned() : Int64(bitPattern: tag & 1)
            let isOfKind = entries.isEmpty ? SearchKey.isKnown(key) : SearchKey.kind(key) == SearchKey.kind(last.key)
            guard isOfKind, last < entry else { throw VarintReader.damaged("is not in order") }
            entries.append(entry)
        }
    }
}

/// Makes chunks of entries that come in ascending order. A chunk has one kind of keys.
struct ChunkWriter {
    private(set) var chunks: [SearchChunk] = []
    private let buffer: VarintBuffer
    private let maximumBytes: Int
    private var first: SearchEntry?
    private var last = SearchEntry(key: 0, moment: 0, id: 0, detail: 0)

    private static let integers = 4

    init(maximumBytes: Int = SearchChunk.maximumBytes) {
        self.maximumBytes = maximumBytes
        buffer = VarintBuffer(capacity: maximumBytes + Self.integers * VarintBuffer.longest)
    }

    @inline(__always)
    mutating func append(_ entry: SearchEntry) {
        if first == nil {
            first = entry
        } else if buffer.count + Self.integers * VarintBuffer.longest > maximumBytes
            || SearchKey.kind(entry.key) != SearchKey.kind(last.key)
        {
            close()
            first = entry
        }
        let isAmount = SearchKey.isAmount(entry.key)
        let tag = UInt64(bitPattern: entry.key &- last.key) << 1 | (isAmount ? 0 : UInt64(bitPattern: entry.detail & 1))
        buffer.append(tag)
        if entry.key == last.key {
            buffer.append(UInt64(bitPattern: entry.moment &- last.moment))
            if entry.moment == last.moment {
                buffer.append(UInt64(bitPattern: entry.id &- last.id))
            } else {
                buffer.append(signed: entry.id &- last.id)
            }
        } else {
            buffer.append(signed: entry.moment &- last.moment)
            buffer.append(signed: entry.id &- last.id)
        }
        if isAmount { buffer.append(signed: entry.detail) }
        last = entry
    }

    /// Ends the chunk that was begun.
    mutating func close() {
        guard let start = first else { return }
        chunks.append(SearchChunk(first: start, bytes: buffer.withBytes { Array($0) }))
        buffer.removeAll()
        first = nil
        last = SearchEntry(key: 0, moment: 0, id: 0, detail: 0)
    }
}
