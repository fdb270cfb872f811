import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Decides what stays of each batch, in the order of offsets.
struct CompactionFilter {
    private let job: CompactionJob
    private let keys: KeyMap
    /// Producers with a batch that stays and whose transaction's end has not come yet.
    private var undecided: Set<Int64> = []

    init(job: CompactionJob, keys: KeyMap) {
        self.job = job
        self.keys = keys
    }

    /// The batch, a smaller one with the same offsets, or nil if nothing of it stays.
    ///
    /// - Parameter isLast: whether it is the last of what is compacted. It always stays, unchanged if nothing of it
    ///   would. A reader must be able to get to the end of the log, and an empty batch would allow that for some
    ///   clients only.
    mutating func filter(_ batch: RecordBatch, isLast: Bool) throws(StorageError) -> RecordBatch? {
        if batch.header.attributes.isControl { return try filterMarker(batch, isLast: isLast) }
        var kept: RecordBatch?
        if !job.isAborted(batch.header) {
            do {
                kept = try batch.filtered(
                    maximumDecompressedBytes: job.maximumDecompressedBytes,
                    deleteHorizon: job.now + job.deleteRetentionMilliseconds
                ) { stays($0, in: batch) }
            } catch {
                throw .corrupt(job.directory, "the batch at offset \(batch.header.baseOffset): \(error)")
            }
        }
        if isLast, kept == nil { kept = batch }
        if kept != nil, batch.header.attributes.isTransactional { undecided.insert(batch.header.producerID) }
        return kept
    }

    private func stays(_ record: Record, in batch: RecordBatch) -> Bool {
        guard let key = record.key else { return true }
        let offset = batch.offset(of: record)
        if let latest = keys.latest(key), latest > offset { return false }
        guard record.value == nil, offset < job.dirtyFrom, let horizon = batch.header.deleteHorizon else { return true }
        return horizon > job.now
    }

    /// A commit marker goes when nothing of its transaction is left; an abort marker when no reader can need it any
    /// more.
    private mutating func filterMarker(_ batch: RecordBatch, isLast: Bool) throws(StorageError) -> RecordBatch? {
        let hadRecords = undecided.remove(batch.header.producerID) != nil
        if isLast || hadRecords { return batch }
        let marker: TransactionMarker?
        do { marker = try TransactionMarker(batch) } catch {
            throw .corrupt(job.directory, "the marker at offset \(batch.header.baseOffset): \(error)")
        }
        switch marker {
        case .commit: return nil
        case .abort: return batch.header.baseOffset < job.droppableMarkersEnd ? nil : batch
        case nil: return batch
        }
    }
}
