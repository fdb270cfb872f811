import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

// The checkpoint's bytes.

extension Checkpoint: StoredFile {
    static let magic: UInt32 = 0x4F43_4850
    /// Version 1 had no append times, see ``LogSnapshot/active``.
    static let storedVersions: ClosedRange<Int16> = 1...2

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&journal, &logs)
    }

    var isPossible: Bool {
        (0...Segment.maximumFileBytes).contains(journal.offset) && logs.allSatisfy(\.isPossible)
    }

    init(decoding bytes: ByteBuffer) throws(StorageError) { try self.init(decoding: bytes, file: Self.file) }
}

extension JournalPosition: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&file, &offset, &nextSequence, &previousChecksum)
    }
}

extension LogSnapshot: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&id, &startOffset, &compactedOffset, &active)
        try wire.fields(&producers, &openTransactions, &abortedTransactions)
    }

    fileprivate var isPossible: Bool {
        RecordBatchHeader.isPlausible(startOffset) && RecordBatchHeader.isPlausible(compactedOffset)
            && active.isPossible
    }
}

extension LogSnapshot.Producer: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&id, &entry.epoch, &entry.lastSeen, &entry.transactionFirstOffset)
        try wire.field(&entry.batches)
    }
}

extension ProducerEntry.Batch: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&firstSequence, &lastSequence, &baseOffset, &timestamp)
    }
}

extension TransactionIndex.Aborted: WireStructure {
    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&producerID, &firstOffset, &lastOffset)
    }
}
