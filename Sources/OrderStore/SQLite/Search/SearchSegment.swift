import GRDB
import OrderEvents

/// A segment's row: what it holds, and where it stands.
struct SearchSegment: Equatable, Sendable {
    enum State: Int64 {
        /// A merge is writing it; readers do not see it.
        case building = 0
        case live = 1
        /// Another one holds its entries; its chunks are being removed.
        case dead = 2
    }

    /// The version that made it.
    var id: Int64
    var state: State
    /// The segments of notes that went into it, by their ids: of two segments all of one is older than all of the other.
    var ages: ClosedRange<Int64>
    var orders: Int64 = 0
    /// Orders that an older segment may have another facet of.
    var superseding: Int64 = 0
    /// created_at of its entries lie between, in milliseconds.
    var oldest = Int64.max
    var newest = Int64.min
    var chunks: Int64 = 0

    /// Chunks of one segment, at most; their rows' ids have the segment's above.
    static let maximumChunks: Int64 = 1 << 20

    func row(ofChunk chunk: Int64) -> Int64 { id * Self.maximumChunks + chunk }

    /// All of them, the oldest first.
    static func all(_ db: Database) throws -> [SearchSegment] {
        let statement = try RawStatement(db, SearchSQL.segments)
        defer { statement.reset() }
        var found: [SearchSegment] = []
        while try statement.step() {
            let (first, last) = (statement.integer(2), statement.integer(3))
            guard let state = State(rawValue: statement.integer(1)), first <= last else {
                throw VarintReader.damaged("is in an unknown state")
            }
            var segment = SearchSegment(id: statement.integer(0), state: state, ages: first...last)
            (segment.orders, segment.superseding) = (statement.integer(4), statement.integer(5))
            (segment.oldest, segment.newest) = (statement.integer(6), statement.integer(7))
            segment.chunks = statement.integer(8)
            found.append(segment)
        }
        return found.sorted { $0.ages.lowerBound < $1.ages.lowerBound }
    }

    /// Writes the row, with the list of its keys.
    func save(keys: [UInt8]?, _ db: Database) throws {
        let statement = try RawStatement(db, SearchSQL.setSegment)
        let values = [
            id, state.rawValue, ages.lowerBound, ages.upperBound, orders, superseding, oldest, newest, chunks,
        ]
        for (place, value) in values.enumerated() { statement.bind(value, at: Int32(place + 1)) }
        if let keys { keys.withUnsafeBytes { statement.bind($0, at: 10) } } else { statement.bind(nil, at: 10) }
        try statement.run()
    }
}

extension SearchSegment {
    /// The entries of a chunk, put in the place of what the array held.
    func read(chunk: Int64, into entries: inout [SearchEntry], _ db: Database) throws {
        let statement = try RawStatement(db, SearchSQL.chunk)
        defer { statement.reset() }
        statement.bind(row(ofChunk: chunk), at: 1)
        guard try statement.step(),
            try statement.withBytes(0, { try SearchChunk.decode($0, into: &entries) }) != nil
        else { throw VarintReader.damaged("is missing") }
    }

    /// The chunk in which entries from there on begin; 0 where all do.
    func chunk(key: Int64, place: OrderWalk.Place, _ db: Database) throws -> Int64 {
        let statement = try RawStatement(db, SearchSQL.chunkBefore)
        defer { statement.reset() }
        for (index, value) in [id, key, place.moment, place.id].enumerated() {
            statement.bind(value, at: Int32(index + 1))
        }
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The first one that has not been removed; nil if none is left.
    func firstChunk(_ db: Database) throws -> Int64? {
        let statement = try RawStatement(db, SearchSQL.firstChunk)
        defer { statement.reset() }
        statement.bind(id, at: 1)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The entries after `last`, all of them if it is nil.
    func stream(after last: SearchEntry?, _ db: Database) throws -> EntryStream {
        var next = try last.map { try chunk(key: $0.key, place: $0.place, db) } ?? 0
        return try EntryStream(after: last) { entries in
            guard next < chunks else { return false }
            try read(chunk: next, into: &entries, db)
            next += 1
            return true
        }
    }

    /// Its facets and steps of amounts, ascending; nil where they are too many to be listed.
    func keys(_ db: Database) throws -> [Int64]? {
        let statement = try RawStatement(db, SearchSQL.segmentKeys)
        defer { statement.reset() }
        statement.bind(id, at: 1)
        guard try statement.step() else { return nil }
        return try statement.withBytes(0) { try KeyList.decode($0) }
    }
}

/// The keys of a segment as they are stored: differences.
enum KeyList {
    /// More are not listed, and a filter with several keys walks the orders.
    static let maximum = 4_096

    static func encode(_ keys: [Int64]) -> [UInt8]? {
        guard keys.count <= maximum else { return nil }
        let buffer = VarintBuffer(capacity: 4 * keys.count + VarintBuffer.longest)
        var last: Int64 = 0
        for key in keys {
            buffer.reserve(integers: 1)
            buffer.append(UInt64(bitPattern: key &- last))
            last = key
        }
        return buffer.withBytes { Array($0) }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws(OrderStoreError) -> [Int64] {
        var reader = VarintReader(bytes)
        var keys: [Int64] = []
        var last: Int64 = 0
        while !reader.isAtEnd {
            let key = last &+ Int64(bitPattern: try reader.next())
            guard key > last, keys.count < maximum else {
                throw VarintReader.damaged("lists keys that are not in order")
            }
            keys.append(key)
            last = key
        }
        return keys
    }
}
