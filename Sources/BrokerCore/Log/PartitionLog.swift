import DequeModule
import KafkaProtocol
import KafkaRecords
import NIOCore

/// The number by which the journal knows a log. Never used again, so that what the journal holds of a deleted topic
/// cannot land in a new one of the same name.
typealias LogID = UInt32

/// A batch at the end of a log that is still in memory.
struct TailBatch {
    var header: RecordBatchHeader
    /// Where in its segment's file it goes.
    var position: Int
    var segmentBaseOffset: Int64
    var bytes: ByteBuffer
}

/// One partition's log, as the core sees it: offsets, segments, producers, transactions and the batches still in
/// memory.
///
/// A value machine but for its identity: it decides and remembers, and touches no file. Offsets mean, in ascending
/// order: ``startOffset`` the first readable one, ``lastStableOffset`` the first of which a transaction is undecided,
/// ``highWatermark`` the first that is not durable, ``nextOffset`` the next to be given out.
final class PartitionLog {
    let id: LogID
    let topic: String
    let partition: Int32
    /// Where its files are.
    let directory: String
    /// Whether its topic is deleted: the results of earlier work on it do not count.
    var isDeleted = false
    var config: LogConfig

    private(set) var startOffset: Int64 = 0
    private(set) var nextOffset: Int64 = 0
    private(set) var highWatermark: Int64 = 0
    /// Ascending; the last one is the one appended to. Never empty.
    private(set) var segments: [Segment]
    private(set) var producers = ProducerTable()
    private(set) var transactions = TransactionIndex()

    /// The newest batches, a suffix of the log. Holds at least everything that is not yet in a segment file.
    var tail = Deque<TailBatch>()
    /// Bytes of ``tail``, with what keeping them costs.
    var tailBytes = 0
    /// Everything below is in segment files (though perhaps not yet on the device).
    var flushedOffset: Int64 = 0
    /// Everything below was handed to the storage to be written to segment files.
    var flushRequestedOffset: Int64 = 0
    var isFlushing = false
    /// Bytes at or above ``flushRequestedOffset``.
    var unflushedBytes = 0

    /// Where the first batch goes that was appended but is not in ``tail`` yet, since its commit is still being put
    /// together.
    private(set) var firstUnkept: (segmentBaseOffset: Int64, position: Int)?

    /// The number of the commit that last appended here.
    var lastCommit: UInt64 = 0

    /// Fetches that wait for this log to advance, in the order they came.
    var waiters: [UInt64] = []
    /// Where recent readers stopped, so that a reader of old segments need not search.
    var cursors = ReadCursors()
    /// How often segments took the place of others: positions that were found before mean nothing in the new ones.
    private(set) var layout = 0
    /// How often segments were put back, see ``restoreSegments(_:to:)``: a read that began before looked for batches in
    /// the wrong places.
    private(set) var restorations = 0
    /// Why the log cannot be served, if its files are damaged.
    var damage: String?
    /// When and up to where it was last compacted.
    var compaction = CompactionState()
    /// Whether retention leaves something here because a declared reader has not read it: said once, when it begins and
    /// when it ends.
    var keepsUnread = false

    init(id: LogID, topic: String, partition: Int32, directory: String, config: LogConfig, createdAt: Int64) {
        self.id = id
        self.topic = topic
        self.partition = partition
        self.directory = directory
        self.config = config
        self.segments = [Segment(baseOffset: 0, createdAt: createdAt)]
    }

    var activeSegment: Segment { segments[segments.count - 1] }
    var lastStableOffset: Int64 { transactions.lastStableOffset(highWatermark: highWatermark) }
    /// Bytes of all segments.
    var size: Int { segments.reduce(0) { $0 + $1.size } }

    /// The end of what a consumer may read.
    func readableEnd(committedOnly: Bool) -> Int64 { committedOnly ? lastStableOffset : highWatermark }
}

extension PartitionLog: CustomStringConvertible {
    /// As people name it, in notes and traces.
    var description: String { "\(topic)-\(partition)" }
}

// MARK: Appending

extension PartitionLog {
    /// Whether the next batch must start a new segment.
    func needsRoll(adding bytes: Int, now: Int64) -> Bool {
        let active = activeSegment
        guard !active.isEmpty else { return false }
        return active.size + bytes > config.segmentBytes
            || now - active.createdAt > config.segmentMilliseconds
            || nextOffset - active.baseOffset > Int64(Int32.max) - Int64(1 << 20)
    }

    /// Closes the active segment; the next batch goes into a new file.
    func roll(now: Int64) {
        segments.append(Segment(baseOffset: nextOffset, createdAt: now))
    }

    /// Takes a batch whose base offset is ``nextOffset`` and returns where in the active segment it goes.
    ///
    /// Its bytes follow with ``keep(_:position:segmentBaseOffset:bytes:)`` once they have their place in memory.
    ///
    /// - Parameter maxTimestamp: that of the records, where it is not what the header says.
    func append(_ batch: RecordBatchHeader, maxTimestamp: Int64? = nil, now: Int64) -> Int {
        precondition(batch.baseOffset == nextOffset, "a batch goes to the log's end")
        let last = segments.count - 1
        let position = segments[last].size
        if firstUnkept == nil { firstUnkept = (segments[last].baseOffset, position) }
        if segments[last].isEmpty { segments[last].createdAt = now }
        segments[last].append(batch, maxTimestamp: maxTimestamp)
        segments[last].appendedAt = now
        segments[last].isDirty = true
        nextOffset = batch.nextOffset
        unflushedBytes += batch.totalBytes
        if !batch.attributes.isControl, let opened = producers.append(batch, now: now) {
            transactions.begin(firstOffset: opened)
        }
        return position
    }

    /// Takes note of a transaction's end marker, already appended at `markerOffset`.
    func endTransaction(producerID: Int64, epoch: Int16, markerOffset: Int64, committed: Bool, now: Int64) {
        if let first = producers.endTransaction(producerID: producerID, epoch: epoch, now: now) {
            transactions.end(
                producerID: producerID, firstOffset: first, markerOffset: markerOffset, committed: committed)
        }
    }

    /// Keeps an appended batch's bytes; all that was appended is kept in one go.
    func keep(_ batch: RecordBatchHeader, position: Int, segmentBaseOffset: Int64, bytes: ByteBuffer) {
        tail.append(
            TailBatch(header: batch, position: position, segmentBaseOffset: segmentBaseOffset, bytes: bytes))
        tailBytes += batch.totalBytes + Self.tailOverhead
        firstUnkept = nil
    }

    /// What was appended last is in its segment file already.
    func noteFoundInFile() {
        firstUnkept = nil
        unflushedBytes = 0
    }

    /// What a batch in the tail costs besides its bytes.
    static let tailOverhead = 192

    /// Everything below `offset` is durable.
    ///
    /// - Returns: whether readers can see more than before.
    func advanceHighWatermark(to offset: Int64) -> Bool {
        guard offset > highWatermark else { return false }
        highWatermark = offset
        transactions.settle(highWatermark: offset)
        return true
    }

    func expireProducers(before horizon: Int64) { producers.expire(before: horizon) }
}

// MARK: The log's start

extension PartitionLog {
    /// Moves the start forward, if the offset is beyond it. Segments that lie wholly before it are taken out and
    /// returned; their files can be deleted. Those of an earlier move are among them: a segment cannot go while it is
    /// the one appended to.
    func moveStart(to offset: Int64, now: Int64) -> [Segment] {
        guard offset > startOffset else { return removeSegmentsBeforeStart() }
        startOffset = min(offset, nextOffset)
        transactions.prune(before: startOffset)
        return removeSegmentsBeforeStart()
    }

    private func removeSegmentsBeforeStart() -> [Segment] {
        let keepFrom =
            segments.indices.dropLast().first { segments[$0 + 1].baseOffset > startOffset } ?? segments.count - 1
        guard keepFrom > 0 else { return [] }
        let removed = Array(segments[..<keepFrom])
        segments.removeFirst(keepFrom)
        return removed
    }
}

// MARK: Changes by recovery and compaction

extension PartitionLog {
    /// Takes the state that recovery found.
    func restore(
        startOffset: Int64, segments: [Segment], producers: ProducerTable, transactions: TransactionIndex
    ) {
        self.startOffset = startOffset
        self.segments = segments
        self.producers = producers
        self.transactions = transactions
        let last = segments[segments.count - 1]
        nextOffset = max(last.lastOffset + 1, startOffset)
        highWatermark = nextOffset
        flushedOffset = nextOffset
        flushRequestedOffset = nextOffset
    }

    /// Where the segments with these base offsets are, if they are all there, one after the other.
    func segments(_ baseOffsets: [Int64]) -> Range<Int>? {
        guard let first = segments.firstIndex(where: { $0.baseOffset == baseOffsets[0] }),
            segments[first...].prefix(baseOffsets.count).map(\.baseOffset) == baseOffsets
        else { return nil }
        return first..<first + baseOffsets.count
    }

    /// Puts other segments in the place of those in the range.
    func replaceSegments(_ range: Range<Int>, with replacements: [Segment]) {
        segments.replaceSubrange(range, with: replacements)
        layout += 1
        cursors = ReadCursors()
    }

    /// Puts segments back whose replacements did not get their place on disk.
    func restoreSegments(_ range: Range<Int>, to old: [Segment]) {
        replaceSegments(range, with: old)
        restorations += 1
    }

    /// Forgets aborted transactions whose records are gone.
    func pruneAborted(before offset: Int64) { transactions.prune(before: offset) }

    /// The first `size` bytes of a segment have reached the device.
    func markClean(baseOffset: Int64, size: Int) {
        for index in segments.indices where segments[index].baseOffset == baseOffset && segments[index].size == size {
            segments[index].isDirty = false
        }
    }
}
