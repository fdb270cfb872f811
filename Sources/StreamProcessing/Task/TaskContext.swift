import Kafka
import OrderEvents

/// What a processor may do with a batch. Everything done here belongs to the batch's one transaction.
///
/// Processors use the typed calls of the extensions. What is required here works on bytes, and is for those who make a
/// context: ``TransactionContext`` in a task, and one that keeps everything in memory in tests. Not Sendable: it
/// belongs to its task's thread.
public protocol TaskContext: AnyObject {
    /// With how many partitions homes are computed, and since when.
    var layout: HomeLayout { get }
    /// The wall clock, milliseconds since 1970.
    var nowMilliseconds: Int64 { get }
    /// The homes whose records and state are this member's.
    var homes: [Int32] { get }
    /// Where what is emitted is written down first.
    var scratch: TaskScratch { get }
    /// The traces of the batch; nil: none are recorded.
    var traces: BatchTraces? { get }

    /// The number that records of this input topic carry.
    func topicID(_ name: String) -> TopicID
    /// Where a record of the order with this key lies, seen from its home.
    func place(ofKey key: UnsafeRawBufferPointer, _ record: Record, of topic: String) -> RecordPlace

    /// Sends a record as part of the transaction.
    func send(_ record: OutgoingRecord, to topic: String) throws
    /// Sends a record to the changelog and changes the keyed state.
    ///
    /// - Parameter state: what the definition's `stateOf` gives for the record.
    func sendState(_ record: OutgoingRecord, to topic: String, state: UnsafeRawBufferPointer) throws
    /// Changes the keyed state without a changelog record.
    ///
    /// - Parameter state: what the definition's `stateOfInput` gives for the first record of the key.
    func setState(partition: Int32, key: UnsafeRawBufferPointer, state: UnsafeRawBufferPointer)
    /// Reads the keyed state as of the last commit. The bytes are valid only inside `body`; nil: there is none.
    func readState(partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> Void)
        throws
    /// Goes through all keyed state of a partition as of the last commit, in the order of the keys. The bytes are valid
    /// only inside `body`.
    func eachState(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ state: UnsafeRawBufferPointer) throws -> Void)
        throws

    /// Sets a record aside that can never be processed: original bytes, with the reason and origin as headers. Where
    /// those together are more than the broker takes, the bytes stay where they are, see ``DeadLetterHeader/omitted``.
    ///
    /// It is sent when the batch is done, and until then belongs to the batch. A transaction that began with the first
    /// bad record would be open for as long as the rest takes, and its time is bounded.
    func deadLetter(_ record: Record, _ reason: DeadLetterReason)
}

/// A record to send: its bytes are copied by whoever takes it.
public struct OutgoingRecord {
    public var partition: Int32
    public var key: UnsafeRawBufferPointer
    public var value: UnsafeRawBufferPointer?
    /// Milliseconds since 1970; nil: now.
    public var timestamp: Int64?
    public var headers: [RecordHeader]

    @inlinable
    public init(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?, timestamp: Int64? = nil,
        headers: [RecordHeader] = []
    ) {
        self.partition = partition
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }
}

/// Memory that a context lends for writing records down, made once.
public final class TaskScratch {
    @usableFromInline var key = JSONBytes(capacity: 64)
    @usableFromInline var value = JSONBytes()
    @usableFromInline var state: [UInt8] = []

    public init() {}
}
