import KafkaProtocol
import NIOCore

/// The record with the greatest timestamp (KIP-734).
extension BrokerCore {
    /// The first record with the greatest timestamp of all that can be read: from the log's start to `end`.
    func findNewest(
        in log: PartitionLog, to end: Int64, then done: @escaping (Result<FoundOffset?, StorageError>) -> Void
    ) {
        let start = log.startOffset
        func find(_ timestamp: Int64, otherwise: @escaping () -> Void) {
            guard timestamp >= 0 else { return done(.success(nil)) }
            findFirst(in: log, atOrAfter: timestamp, from: start, to: end) { result in
                if case .success(nil) = result { otherwise() } else { done(result) }
            }
        }
        find(log.segments.reduce(-1) { max($0, $1.maxTimestamp) }) { [self] in
            // That record lies before the start, or beyond what may be read: in a segment that is readable in part.
            let parts = log.segments.filter { $0.isReadableInPart(from: start, to: end) }
            let whole = log.segments.filter { $0.baseOffset >= start && $0.lastOffset < end }
            newestTimestamp(
                in: parts, of: log, from: start, to: end, atLeast: whole.reduce(-1) { max($0, $1.maxTimestamp) }
            ) { result in
                switch result {
                case .success(let timestamp): find(timestamp) { done(.success(nil)) }
                case .failure(let error): done(.failure(error))
                }
            }
        }
    }

    /// The greatest timestamp of the readable records of some segments, each of which is read.
    private func newestTimestamp(
        in segments: [Segment], of log: PartitionLog, from start: Int64, to end: Int64, atLeast least: Int64,
        then done: @escaping (Result<Int64, StorageError>) -> Void
    ) {
        guard let segment = segments.first else { return done(.success(least)) }
        var newest = least
        walk(log, from: max(start, segment.baseOffset), to: min(end, segment.lastOffset + 1)) {
            batch throws(RecordError) in
            newest = max(newest, try batch.maxTimestamp(from: start) ?? newest)
        } then: { [self] error in
            if let error { return done(.failure(error)) }
            newestTimestamp(in: Array(segments.dropFirst()), of: log, from: start, to: end, atLeast: newest, then: done)
        }
    }

    /// Hands over the batches from `start` to `end`, in order.
    private func walk(
        _ log: PartitionLog, from start: Int64, to end: Int64,
        _ body: @escaping (RecordBatch) throws(RecordError) -> Void,
        then done: @escaping (StorageError?) -> Void
    ) {
        guard start < end else { return done(nil) }
        let limit = 256 << 10
        func take(_ records: ByteBuffer?, next: Int64) {
            guard var rest = records, rest.readableBytes > 0 else { return done(nil) }
            do {
                while let batch = try RecordBatch.next(from: &rest) { try body(batch) }
            } catch {
                return done(StorageError(code: .corrupt, file: log.directory, detail: "\(error)"))
            }
            walk(log, from: next, to: end, body, then: done)
        }
        if let first = log.tail.first, first.header.baseOffset <= start {
            let (records, next) = log.readTail(from: start, to: end, limit: limit, atLeastOne: true)
            return take(records, next: next)
        }
        read(log, from: start, to: end, limit: limit, atLeastOne: true) { result in
            switch result {
            case .success(let read): take(read.records, next: read.nextOffset)
            case .failure(let error): done(error)
            }
        }
    }
}

extension Segment {
    /// Whether some of its offsets lie in the range, and some do not.
    fileprivate func isReadableInPart(from start: Int64, to end: Int64) -> Bool {
        lastOffset >= start && baseOffset < end && (baseOffset < start || lastOffset >= end)
    }
}

extension RecordBatch {
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
