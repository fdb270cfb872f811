import KafkaProtocol
import KafkaRecords
import NIOCore

/// The search for an offset by its timestamp, in one log: says which batches it wants, and is given them.
struct OffsetSearch {
    typealias Found = (offset: Int64, timestamp: Int64)

    /// The partition of the request that it answers.
    let place: OffsetQuery.Place
    let log: PartitionLog
    private let end: Int64
    private let start: Int64
    private var stage: Stage

    private enum Stage {
        /// Looks for the first record at or after the timestamp. Without one, the newest has to be looked for in the
        /// segments that are readable in part, if that is still to be done.
        case first(Int64, from: Int64, thenInParts: Bool)
        /// Looks for the greatest timestamp in what is left of the segments that are readable in part (KIP-734).
        case newest(Int64, from: Int64, in: ArraySlice<Segment>)
        case over(Found?)
    }

    enum Step {
        case read(from: Int64, to: Int64)
        case over(Found?)
    }

    /// The first record at or after the timestamp.
    init(_ place: OffsetQuery.Place, _ log: PartitionLog, atOrAfter timestamp: Int64, to end: Int64) {
        self.init(place, log, end, .first(timestamp, from: log.startOffset, thenInParts: false))
    }

    /// The first record with the greatest timestamp (KIP-734).
    init(_ place: OffsetQuery.Place, newestIn log: PartitionLog, to end: Int64) {
        let newest = log.segments.reduce(-1) { max($0, $1.maxTimestamp) }
        self.init(place, log, end, newest < 0 ? .over(nil) : .first(newest, from: log.startOffset, thenInParts: true))
    }

    private init(_ place: OffsetQuery.Place, _ log: PartitionLog, _ end: Int64, _ stage: Stage) {
        self.place = place
        self.log = log
        self.end = end
        self.start = log.startOffset
        self.stage = stage
    }

    /// What it needs next.
    mutating func next() -> Step {
        while true {
            switch stage {
            case .over(let found): return .over(found)
            case .first(let timestamp, let from, let thenInParts):
                if let from = log.searchStart(timestamp: timestamp, from: from), from < end {
                    return .read(from: from, to: end)
                }
                stage = thenInParts ? newestInParts : .over(nil)
            case .newest(let timestamp, let from, let segments):
                if let segment = segments.first {
                    let from = max(from, segment.baseOffset)
                    let to = min(end, segment.lastOffset + 1)
                    if from < to { return .read(from: from, to: to) }
                    stage = .newest(timestamp, from: start, in: segments.dropFirst())
                } else {
                    stage = timestamp < 0 ? .over(nil) : .first(timestamp, from: start, thenInParts: false)
                }
            }
        }
    }

    /// The record with the greatest timestamp lies before the start, or beyond what may be read: in a segment that is
    /// readable in part.
    private var newestInParts: Stage {
        let whole = log.segments.filter { $0.baseOffset >= start && $0.lastOffset < end }
        let parts = log.segments.filter { $0.isReadableInPart(from: start, to: end) }
        return .newest(whole.reduce(-1) { max($0, $1.maxTimestamp) }, from: start, in: parts[...])
    }

    /// Takes what was read.
    mutating func take(_ read: LogRead) throws(RecordError) {
        var rest = read.records ?? ByteBuffer()
        let isEmpty = rest.readableBytes == 0
        switch stage {
        case .over: break
        case .first(let timestamp, _, let thenInParts):
            while let batch = try RecordBatch.next(from: &rest) {
                if let found = try batch.first(atOrAfter: timestamp, from: start) { return stage = .over(found) }
            }
            stage = .first(timestamp, from: isEmpty ? end : read.nextOffset, thenInParts: thenInParts)
        case .newest(var timestamp, _, let segments):
            while let batch = try RecordBatch.next(from: &rest) {
                timestamp = max(timestamp, try batch.maxTimestamp(from: start) ?? timestamp)
            }
            stage =
                isEmpty
                ? .newest(timestamp, from: start, in: segments.dropFirst())
                : .newest(timestamp, from: read.nextOffset, in: segments)
        }
    }
}

extension PartitionLog {
    /// An offset at or before the first record with this timestamp or a later one, at or after `start`.
    fileprivate func searchStart(timestamp: Int64, from start: Int64) -> Int64? {
        for segment in segments where segment.lastOffset >= start && segment.maxTimestamp >= timestamp {
            return max(start, segment.baseOffset + segment.index.relativeOffset(timestamp: timestamp))
        }
        return nil
    }
}

extension Segment {
    /// Whether some of its offsets lie in the range, and some do not.
    fileprivate func isReadableInPart(from start: Int64, to end: Int64) -> Bool {
        lastOffset >= start && baseOffset < end && (baseOffset < start || lastOffset >= end)
    }
}

extension RecordBatch {
    /// The first record at or after the timestamp whose offset is at or after `start`.
    fileprivate func first(atOrAfter timestamp: Int64, from start: Int64) throws(RecordError) -> OffsetSearch.Found? {
        guard header.mayReach(timestamp), header.lastOffset >= start, !header.attributes.isControl else { return nil }
        var reader = try records(maximumDecompressedBytes: Self.maximumStoredBytes)
        while let record = try reader.next() {
            let found = (offset: offset(of: record), timestamp: self.timestamp(of: record))
            if found.timestamp >= timestamp, found.offset >= start { return found }
        }
        return nil
    }

    /// The greatest timestamp of the records at or behind the offset, nil for a marker.
    fileprivate func maxTimestamp(from start: Int64) throws(RecordError) -> Int64? {
        guard !header.attributes.isControl else { return nil }
        guard header.baseOffset < start else { return maxTimestampOfRecords }
        var newest: Int64?
        var reader = try records(maximumDecompressedBytes: Self.maximumStoredBytes)
        while let record = try reader.next() {
            if offset(of: record) >= start { newest = max(newest ?? .min, timestamp(of: record)) }
        }
        return newest
    }
}
