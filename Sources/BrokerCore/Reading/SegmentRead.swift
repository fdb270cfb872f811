import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// What somebody wants of a log's segments, and who.
struct LogReadRequest {
    let log: PartitionLog
    var offset: Int64
    /// Batches that reach this offset are left out.
    let end: Int64
    /// Bytes.
    var limit: Int
    /// Whether the first batch is wanted even if it is larger.
    let atLeastOne: Bool
    let reader: Reader

    enum Reader {
        /// A partition of a fetch.
        case fetch(UInt64, part: Int)
        case search(OffsetSearch)
    }
}

/// What was read from a log's segments.
struct LogRead {
    /// Whole batches, the first of them the one that holds the offset asked for; nil if there was none to read.
    var records: ByteBuffer?
    /// The offset after them.
    var nextOffset: Int64
    /// Whether there is nothing at all from the offset asked for to the end: compaction has removed it.
    var isGap = false
}

/// A read of one segment file that is under way.
struct SegmentRead {
    private let request: LogReadRequest
    private let baseOffset: Int64
    private let file: String
    private let position: Int
    private let count: Int
    /// Bytes from ``position`` to the end of what was in the file.
    private let available: Int
    private let layout: Int
    private let restorations: Int

    enum Outcome {
        case done(Result<LogRead, StorageError>)
        case readOn(LogReadRequest)
    }

    /// - Returns: nil where the records have been deleted. There is nothing, and the next fetch is given the log's new
    ///   start.
    init?(_ request: LogReadRequest) {
        let log = request.log
        guard request.offset >= log.startOffset else { return nil }
        let place = log.locate(request.offset)
        self.request = request
        baseOffset = log.segments[place.segment].baseOffset
        file = SegmentName.log(baseOffset, in: log.directory)
        position = place.position
        available = log.fileBytes(ofSegment: place.segment) - place.position
        // An index points to somewhere before the batch, so a little more than the limit is read.
        let slack = place.isExact ? 0 : SegmentIndex.intervalBytes
        count = min(available, max(request.limit, RecordBatchHeader.size) + slack)
        layout = log.layout
        restorations = log.restorations
    }

    var step: StorageStep { .read(file: file, offset: position, count: count) }
    var reader: LogReadRequest.Reader { request.reader }

    /// What the storage's answer means, in the log as it is now.
    func outcome(_ completion: StorageCompletion) -> Outcome {
        guard request.log.restorations == restorations, request.offset >= request.log.startOffset else {
            return .readOn(request)
        }
        if let error = completion.error { return .done(.failure(error)) }
        guard completion.read[0].readableBytes == count else { return damaged("the file is too short") }
        let scan: SegmentChunk
        do {
            scan = try SegmentChunk.scan(
                completion.read[0], from: request.offset, to: request.end, limit: request.limit,
                atLeastOne: request.atLeastOne)
        } catch {
            return damaged("\(error)")
        }
        if let records = scan.records {
            note(scan.nextOffset, scan)
            return .done(.success(LogRead(records: records, nextOffset: scan.nextOffset)))
        }
        if scan.isOver { return nothing(isGap: scan.isGap) }
        return count < available ? readOn(scan) : fileEnded(scan)
    }

    /// The chunk has only batches before the offset, or the first one is larger than what was read: read on there.
    private func readOn(_ scan: SegmentChunk) -> Outcome {
        guard request.atLeastOne || scan.neededBytes <= request.limit else { return nothing() }
        note(request.offset, scan)
        var next = request
        next.limit = max(request.limit, scan.neededBytes)
        return .readOn(next)
    }

    private func fileEnded(_ scan: SegmentChunk) -> Outcome {
        let log = request.log
        guard scan.neededBytes == 0 else { return damaged("the file ends within a batch") }
        // Meanwhile other segments may have taken the place of this one, or batches may have come from memory into its
        // file.
        guard log.layout == layout, log.fileBytes(ofSegmentAt: baseOffset) == position + available else {
            return .readOn(request)
        }
        // A compacted segment may end before the offset: the next one goes on, or what is in memory.
        guard let offset = log.firstOffset(after: baseOffset, from: request.offset), offset < request.end else {
            return nothing(isGap: true)
        }
        var next = request
        next.offset = offset
        guard log.hasInMemory(offset) else { return .readOn(next) }
        let (records, end) = log.readTail(
            from: offset, to: request.end, limit: request.limit, atLeastOne: request.atLeastOne)
        let isGap = log.tailIndices(from: offset).first.map { log.tail[$0].header.lastOffset >= request.end } ?? true
        return .done(.success(LogRead(records: records, nextOffset: end, isGap: isGap)))
    }

    private func nothing(isGap: Bool = false) -> Outcome {
        .done(.success(LogRead(nextOffset: request.offset, isGap: isGap)))
    }

    private func damaged(_ detail: String) -> Outcome {
        .done(.failure(.corrupt(file, "near byte \(position): \(detail)")))
    }

    /// Remembers where to read on, unless compaction has put other segments in place meanwhile.
    private func note(_ offset: Int64, _ scan: SegmentChunk) {
        guard request.log.layout == layout else { return }
        request.log.cursors.note(offset: offset, segmentBaseOffset: baseOffset, position: position + scan.end)
    }
}

extension SegmentRead: CustomStringConvertible {
    var description: String { "\(request.log) from offset \(request.offset), \(count) bytes of \(file) at \(position)" }
}

/// Reading segments through the storage.
extension Broker {
    func read(_ request: LogReadRequest) {
        guard let read = SegmentRead(request) else {
            return finish(request.reader, .success(LogRead(nextOffset: request.offset)))
        }
        perform(.files, [read.step], then: .read(read))
    }

    func continueReading(_ read: SegmentRead, _ completion: StorageCompletion) {
        switch read.outcome(completion) {
        case .readOn(let request): self.read(request)
        case .done(let result): finish(read.reader, result)
        }
    }

    private func finish(_ reader: LogReadRequest.Reader, _ result: Result<LogRead, StorageError>) {
        switch reader {
        case .fetch(let id, let part): finishFetchPart(id, part, result)
        case .search(let search): continueSearch(search, result)
        }
    }
}
