import NIOCore

/// The layout of the journal's frames.
///
/// A frame is what one atomic step appended to any number of logs: it is replayed whole or not at all. All integers are
/// big-endian.
///
///     frame:  magic u32 · checksum u32 · sequence u64 · bytes u32 · entries u32 · previous u32 · place u32 · entry*
///     entry:  kind u32 · log id u32 · offset i64 · data bytes u32 · data checksum u32 · data
///
/// `checksum` is the CRC-32C of the frame's header from the sequence on, followed by all entry headers. Data is always
/// one record batch and guarded by the batch's own CRC-32C, which the entry header repeats. The batch's fields in front
/// of that CRC follow from the entry header, so nothing is checksummed twice. `previous` is the checksum of the frame
/// before: a chain, by which what an earlier use of the file left behind can never pass for the continuation. `place`
/// counts the frames of one commit from 0: commits are made one after the other, so whatever a crash left
/// unsynchronized lies behind the last 0.
enum JournalFormat {
    static let magic: UInt32 = 0x4F4A_4631
    static let frameHeaderBytes = 32
    static let entryHeaderBytes = 24
    /// Where in a frame the checksummed part of its header starts.
    static let checkedFrom = 8
}

/// What one entry of a frame says.
enum JournalEntryKind: UInt32, Hashable, Sendable {
    /// A batch was appended at `offset`.
    case batch = 1
    /// The log now starts at `offset`; no data.
    case startOffset = 2
    /// The batch at `offset` starts a new segment; no data.
    case roll = 3
}

/// One entry, as replay reads it.
struct JournalEntry: Sendable {
    var kind: JournalEntryKind
    var logID: LogID
    var offset: Int64
    /// The batch, for ``JournalEntryKind/batch``.
    var data: ByteBuffer
}

/// Where the next frame goes, and what proves that it belongs there.
struct JournalPosition: Hashable, Sendable {
    /// The journal file's number.
    var file: UInt32 = 0
    /// Bytes from the file's start.
    var offset = 0
    var nextSequence: UInt64 = 1
    /// The checksum of the frame before.
    var previousChecksum: UInt32 = 0
}
