import CRdKafka

/// The records of one poll, in the order of each partition's log. Owns their memory.
///
/// Not for several threads at a time. While any batch is held, its consumer's resources do too, even after `close`.
public final class RecordBatch {
    private let records: UnsafeMutableBufferPointer<Record>
    private let handle: ClientHandle
    /// The batch of which this is a part, and whose memory it is.
    private let whole: RecordBatch?
    /// Whether `records` is a buffer of its own; else it lies in the whole's.
    private let hasOwnBuffer: Bool

    /// Takes over the messages, all of which are records, and one use of the handle.
    init(
        taking messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>, topics: TopicTable,
        handle: ClientHandle
    ) {
        self.handle = handle
        whole = nil
        hasOwnBuffer = true
        records = .allocate(capacity: messages.count)
        for (index, message) in messages.enumerated() {
            records.initializeElement(at: index, to: Record(message!, topic: topics.id(of: message!.pointee.rkt)))
        }
    }

    private init(_ records: Range<Int>, of whole: RecordBatch) {
        handle = whole.handle
        self.whole = whole
        hasOwnBuffer = false
        self.records = UnsafeMutableBufferPointer(rebasing: whole.records[records])
    }

    private init(_ records: [Record], of whole: RecordBatch) {
        handle = whole.handle
        self.whole = whole
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
        if whole == nil {
            for record in records { rd_kafka_message_destroy(record.message) }
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
