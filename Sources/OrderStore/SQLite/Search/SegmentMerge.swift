import OrderEvents

/// The entries of one segment from a place on, read chunk by chunk.
struct EntryStream {
    /// Puts the entries of the next chunk into the array; false at the end.
    private let readChunk: (inout [SearchEntry]) throws -> Bool
    private var entries: [SearchEntry] = []
    private var place = 0

    /// - Parameter after: entries up to this one are left out.
    init(after last: SearchEntry?, readChunk: @escaping (inout [SearchEntry]) throws -> Bool) throws {
        self.readChunk = readChunk
        guard let last else { return }
        while try readChunk(&entries) {
            place = entries.firstIndex { last < $0 } ?? entries.count
            if place < entries.count { return }
        }
        (entries, place) = ([], 0)
    }

    @inline(__always)
    mutating func next() throws -> SearchEntry? {
        if place == entries.count {
            guard try readChunk(&entries) else {
                (entries, place) = ([], 0)
                return nil
            }
            place = 0
        }
        defer { place += 1 }
        return entries[place]
    }
}

/// Merges segments, the oldest first, into the chunks of one.
///
/// An entry that several have is taken from the newest. A facet goes where a newer segment has another one of its order,
/// and an update where no segment outside has an older facet.
struct SegmentMerge {
    private struct Head {
        var entry: SearchEntry
        let rank: Int
    }

    private var streams: [EntryStream]
    /// A binary heap.
    private var heap: [Head] = []
    private let superseded: SupersededFacets
    private var last: SearchEntry?
    /// Facets that were written, and of them those that may supersede.
    private(set) var (orders, superseding) = (0, 0)

    /// - Parameter streams: at most 128.
    init(_ streams: [EntryStream], superseded: SupersededFacets) throws {
        self.streams = streams
        self.superseded = superseded
        for rank in streams.indices {
            if let entry = try self.streams[rank].next() { heap.append(Head(entry: entry, rank: rank)) }
        }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(heap[place], from: place) }
    }

    /// Writes until the writer has so many chunks more, and ends the last one. Returns whether that was all.
    mutating func run(into writer: inout ChunkWriter, chunks: Int) throws -> Bool {
        let enough = writer.chunks.count + chunks
        while let head = heap.first {
            try advance()
            if let last, last.isSame(as: head.entry) { continue }
            last = head.entry
            guard SearchKey.isFacet(head.entry.key) else {
                if head.entry.key == SearchKey.update, superseded.isWhole(head.entry.id) { continue }
                writer.append(head.entry)
                if writer.chunks.count >= enough { break }
                continue
            }
            guard let kept = superseded.kept(head.entry, rank: head.rank) else { continue }
            orders += 1
            superseding += Int(kept.detail & 1)
            writer.append(kept)
            if writer.chunks.count >= enough { break }
        }
        writer.close()
        return heap.isEmpty
    }

    private mutating func advance() throws {
        let rank = heap[0].rank
        if let entry = try streams[rank].next() {
            sink(Head(entry: entry, rank: rank), from: 0)
        } else if let moved = heap.popLast(), !heap.isEmpty {
            sink(moved, from: 0)
        }
    }

    @inline(__always)
    private static func isBefore(_ left: Head, _ right: Head) -> Bool {
        if left.entry < right.entry { return true }
        // Of the same entry the newest segment's comes first.
        return left.rank > right.rank && left.entry.isSame(as: right.entry)
    }

    /// Puts the head at the place or below it.
    @inline(__always)
    private mutating func sink(_ head: Head, from start: Int) {
        heap.withUnsafeMutableBufferPointer { heap in
            var hole = start
            while true {
                var child = 2 * hole + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
                guard Self.isBefore(heap[child], head) else { break }
                heap[hole] = heap[child]
                hole = child
            }
            heap[hole] = head
        }
    }
}
