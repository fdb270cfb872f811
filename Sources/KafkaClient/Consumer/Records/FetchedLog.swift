import KafkaProtocol
import KafkaRecords
import NIOCore

/// The part of a partition's log that a Fetch has brought, without what the application must not see: control batches,
/// and with read-committed isolation the batches of aborted transactions (KIP-98).
struct FetchedLog: Sendable {
    /// How the log is to be read.
    struct Rules: Hashable, Sendable {
        var isolation: IsolationLevel
        var verifiesChecksums: Bool
    }

    private(set) var batches: [FetchedBatch] = []
    /// Where the next Fetch goes on.
    private(set) var nextOffset: Int64
    /// Of the last batch that was read, also of one that is left out; nil if there was none.
    private(set) var leaderEpoch: Int32?
    /// Why the log was not read to its end. The batches before are good.
    private(set) var problem: RecordError?

    private let rules: Rules
    private var aborted: AbortedTransactions

    /// - Parameters:
    ///   - records: batches one behind the other; the last may be cut off.
    ///   - offset: the one that was asked for.
    ///   - transactions: the aborted transactions that the broker names.
    init(
        _ records: ByteBuffer, from offset: Int64, aborted transactions: [FetchResponse.AbortedTransaction],
        _ rules: Rules
    ) {
        nextOffset = offset
        self.rules = rules
        aborted = AbortedTransactions(transactions)
        do throws(RecordError) {
            try read(records)
        } catch {
            problem = error
        }
    }

    private mutating func read(_ records: ByteBuffer) throws(RecordError) {
        var rest = records
        var isFirst = true
        while let batch = try RecordBatch.next(from: &rest) {
            isFirst = false
            try take(batch)
        }
        // A broker sends the first batch whole, however large it is (KIP-74). Without it there is no going on.
        guard isFirst, records.readableBytes > 0 else { return }
        throw .truncated(needed: Self.size(of: rest), available: rest.readableBytes)
    }

    private static func size(of batch: ByteBuffer) -> Int {
        guard batch.readableBytes >= RecordBatchHeader.size else { return RecordBatchHeader.size }
        return batch.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0) }.totalBytes
    }

    private mutating func take(_ batch: RecordBatch) throws(RecordError) {
        let header = batch.header
        guard header.baseOffset >= 0, header.lastOffsetDelta >= 0,
            header.baseOffset < Int64.max - Int64(header.lastOffsetDelta)
        else { throw .impossibleOffsets(base: header.baseOffset, lastOffsetDelta: header.lastOffsetDelta) }
        guard header.recordCount >= 0 else {
            throw .inconsistentCount(records: header.recordCount, lastOffsetDelta: header.lastOffsetDelta)
        }
        if rules.verifiesChecksums { try batch.verifyChecksum() }
        leaderEpoch = header.partitionLeaderEpoch
        var isAborted = false
        if rules.isolation == .readCommitted, header.hasProducerID { isAborted = try aborted.meet(batch) }
        // A log can begin with batches that end before the wanted offset, where compaction has left a gap.
        guard header.nextOffset > nextOffset else { return }
        if !isAborted, !header.attributes.isControl, header.recordCount > 0 {
            batches.append(FetchedBatch(batch: batch, from: nextOffset))
        }
        nextOffset = header.nextOffset
    }
}

/// Which producers' batches belong to an aborted transaction, at one place of a log.
struct AbortedTransactions: Sendable {
    /// By first offset, the last one first.
    private var ahead: [FetchResponse.AbortedTransaction]
    private var producers: Set<Int64> = []

    init(_ transactions: [FetchResponse.AbortedTransaction]) {
        ahead = transactions.sorted { $0.firstOffset > $1.firstOffset }
    }

    /// Goes on to this batch of a producer with an id, and says whether it was aborted. An abort marker ends its
    /// producer's transaction; the next one of the same producer may have been committed.
    mutating func meet(_ batch: RecordBatch) throws(RecordError) -> Bool {
        while let next = ahead.last, next.firstOffset <= batch.header.lastOffset {
            producers.insert(next.producerID)
            ahead.removeLast()
        }
        if batch.header.attributes.isControl, batch.header.recordCount > 0, try TransactionMarker(batch) == .abort {
            producers.remove(batch.header.producerID)
            return false
        }
        return batch.header.attributes.isTransactional && producers.contains(batch.header.producerID)
    }
}
