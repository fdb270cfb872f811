import CRdKafka

/// The records of one poll, in the order of each partition's log. Owns their memory.
///
/// Not for several threads at a time. While any batch is held, its consumer's resources do too, even after `close`.
public final class RecordBatch {
    /// Whose memory the records' bytes are.
    private enum Memory {
        /// librdkafka's: given back with one use of the handle.
        case fetched(ClientHandle)
        case made(RecordArena)
        case foreign(ForeignRecords)
        /// The batch's of which this is a part.
        case part(of: RecordBatch)
        /// The batches' of which these are some.
        case joined([RecordBatch])
    }

    private let records: UnsafeMutableBufferPointer<Record>
    private let memory: Memory
    /// Whether `records` is a buffer of its own; else it lies in the whole's.
    private let hasOwnBuffer: Bool

    /// Takes over the messages, all of which are records, and one use of the handle.
    init(
        taking messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>, topics: TopicTable,
        handle: ClientHandle
    ) {
        memory = .fetched(handle)
        hasOwnBuffer = true
        records = .allocate(capacity: messages.count)
        for (index, message) in messages.enumerated() {
            records.initializeElement(at: index, to: Record(message!, topic: topics.id(of: message!.pointee.rkt)))
        }
    }

    /// A batch that no client fetched: for clients that keep their log in memory, and tests.
    public init(copying contents: [RecordContent]) {
        let arena = RecordArena(contents)
        memory = .made(arena)
        hasOwnBuffer = true
        records = .allocate(capacity: contents.count)
        for index in contents.indices { records.initializeElement(at: index, to: arena.record(index, of: contents)) }
    }

    /// Records that another client fetched, in its memory. Copies none of their bytes.
    ///
    /// - Parameter write: initializes all `count` records. Their bytes live as long as `memory`.
    package init(_ count: Int, in memory: ForeignRecords, _ write: (UnsafeMutablePointer<Record>) -> Void) {
        self.memory = .foreign(memory)
        hasOwnBuffer = true
        records = .allocate(capacity: count)
        if let first = records.baseAddress, count > 0 { write(first) }
    }

    private init(_ records: Range<Int>, of whole: RecordBatch) {
        memory = .part(of: whole)
        hasOwnBuffer = false
        self.records = UnsafeMutableBufferPointer(rebasing: whole.records[records])
    }

    private init(_ records: [Record], of whole: RecordBatch) {
        memory = .part(of: whole)
        hasOwnBuffer = true
        self.records = .allocate(capacity: records.count)
        _ = self.records.initialize(from: records)
    }

    /// Records of several batches, in this order. Copies none of their bytes.
    ///
    /// - Parameter batches: those whose the records are.
    package init(_ records: [Record], in batches: [RecordBatch]) {
        memory = .joined(batches)
        hasOwnBuffer = true
        self.records = .allocate(capacity: records.count)
        _ = self.records.initialize(from: records)
    }

    /// Some of the records, as a batch. Copies none.
    public func part(_ records: Range<Int>) -> RecordBatch { RecordBatch(records, of: self) }

    /// The records for which `isKept` says so, as a batch; this one where that is all of them. Copies no bytes.
    public func keeping(_ isKept: (Record) throws -> Bool) rethrows -> RecordBatch {
        guard let first = try records.firstIndex(where: { try !isKept($0) }) else { return self }
        return RecordBatch(Array(records[..<first]) + (try records[(first + 1)...].filter(isKept)), of: self)
    }

    deinit {
        if case .fetched(let handle) = memory {
            for record in records {
                if case .fetched(let message) = record.source { rd_kafka_message_destroy(message) }
            }
            handle.leave()
        }
        if hasOwnBuffer { records.deallocate() }
    }
}

extension RecordBatch: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { records.count }

    public subscript(position: Int) -> Record { records[position] }

    /// Calls `body` with all records at once: the fastest way through them.
    public func withRecords<R, E: Error>(_ body: (UnsafeBufferPointer<Record>) throws(E) -> R) throws(E) -> R {
        try body(UnsafeBufferPointer(records))
    }
}
