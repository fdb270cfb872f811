import Kafka
import OrderEvents

/// What a processor may do with a batch. Everything done here belongs to the batch's one transaction.
///
/// Not Sendable: it belongs to its task's thread.
public final class TaskContext {
    /// With how many partitions homes are computed, and since when.
    public internal(set) var layout = HomeLayout(homes: 1, since: .epoch)
    /// The task's definition.
    public let definition: TaskDefinition

    private let client: any TaskClient
    private let database: StateDatabase?
    private let stateBatch = StateBatch()
    private var topics: [String: TopicHandle] = [:]
    let changelogTopic: TopicHandle?
    private struct SetAside {
        let record: Record
        let topic: String
        let reason: DeadLetterReason
    }

    private var setAside: [SetAside] = []
    /// Whether dead letters leave the bytes of their records out.
    var hasBriefLetters = false
    private(set) var hasTransaction = false
    private(set) var emitted = 0
    private(set) var deadLettered = 0
    private let now: @Sendable () -> Int64

    init(
        definition: TaskDefinition, client: any TaskClient, database: StateDatabase?, now: @escaping @Sendable () -> Int64
    ) throws {
        self.definition = definition
        self.client = client
        self.database = database
        self.now = now
        changelogTopic = try definition.changelog.map { try client.topic($0) }
    }

    /// The wall clock, milliseconds since 1970.
    public var nowMilliseconds: Int64 { now() }

    /// The number that records of this input topic carry.
    public func topicID(_ name: String) -> TopicID { client.topicID(name) }

    /// Where a record of the order with this key lies, seen from its home.
    public func place(ofKey key: UnsafeRawBufferPointer, _ record: Record, of topic: String) -> RecordPlace {
        layout.place(ofKey: key, topic, record.partition, record.offset)
    }

    /// A handle for `emit`. Cheap after the first call, but not free: look it up once per batch, not per record.
    public func topic(_ name: String) throws -> TopicHandle {
        if let handle = topics[name] { return handle }
        let handle = try client.topic(name)
        topics[name] = handle
        return handle
    }

    /// Sends a record as part of the transaction.
    public func emit(
        _ topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?, timestamp: Int64? = nil,
        headers: [RecordHeader] = []
    ) throws {
        try ensureTransaction()
        try client.produce(to: topic, partition: partition, key: key, value: value, timestamp: timestamp, headers: headers)
        emitted += 1
    }

    /// Sends a record to the changelog and changes the keyed state. The changed state can be read from the database once
    /// the batch is committed.
    ///
    /// - Parameter state: what the definition's `stateOf` gives for the record.
    public func emitState(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, state: UnsafeRawBufferPointer
    ) throws {
        guard let changelogTopic, database != nil else { preconditionFailure("\(definition.name) has no keyed state") }
        try emit(changelogTopic, partition: partition, key: key, value: value)
        stateBatch.set(partition: partition, key: key, value: state)
    }

    /// Changes the keyed state without a changelog record: for what the input tells, from which it is read again where it is lost.
    ///
    /// - Parameter state: what the definition's `stateOfInput` gives for the first record of the key.
    public func setState(partition: Int32, key: UnsafeRawBufferPointer, state: UnsafeRawBufferPointer) {
        precondition(definition.stateOfInput != nil && database != nil, "\(definition.name) keeps nothing of its input")
        stateBatch.set(partition: partition, key: key, value: state)
    }

    /// The state of `TaskDefinition.presence`: one byte, which is 1. Lives as long as the process,
    /// and is never written again: safe to share.
    public nonisolated(unsafe) static let present: UnsafeRawBufferPointer = {
        let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
        byte[0] = 1
        return UnsafeRawBufferPointer(byte)
    }()

    /// Reads the keyed state as of the last commit. The bytes are valid only inside `body`.
    public func withState<R>(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) throws -> R {
        guard let database else { preconditionFailure("\(definition.name) has no keyed state") }
        return try database.withValue(partition: partition, key: key, body)
    }

    /// Sets a record aside that can never be processed: original bytes, with the reason and origin as headers. Where those together are more
    /// than the broker takes, the bytes stay where they are, see ``DeadLetterHeader/omitted``.
    ///
    /// It is sent when the batch is done, and until then belongs to the batch: a transaction that begins with the first bad record would
    /// be open for as long as the rest takes, and its time is bounded.
    public func deadLetter(_ record: Record, topic: String, reason: DeadLetterReason) {
        setAside.append(SetAside(record: record, topic: topic, reason: reason))
    }

    /// Puts the dead letters of the batch, whose records are still in memory, into its transaction.
    func sendDeadLetters() throws {
        for letter in setAside { try send(letter) }
        setAside.removeAll()
    }

    private func send(_ letter: SetAside) throws {
        let (record, reason) = (letter.record, letter.reason)
        try ensureTransaction()
        let target = try self.topic("\(letter.topic).\(definition.group).dlq")
        let headers = DeadLetterHeader.headers(
            of: reason, topic: letter.topic, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
            group: definition.group, now: now(), record: record.headers, omitting: hasBriefLetters ? record.value?.count ?? 0 : nil)
        let key = hasBriefLetters && record.key?.count ?? 0 > DeadLetterHeader.briefKeyBytes ? nil : record.key
        try client.produce(
            // Dead-letter topics have a partition for each home, and not more with those that grow.
            to: target, partition: record.partition % layout.homes, key: key, value: hasBriefLetters ? nil : record.value, timestamp: nil,
            headers: headers)
        emitted += 1
        deadLettered += 1
    }

    private func ensureTransaction() throws {
        if hasTransaction { return }
        try client.beginTransaction()
        hasTransaction = true
    }

    /// The transaction is durable: brings the local state up to it.
    ///
    /// - Parameters:
    ///   - reached: the changelog offsets after the transaction's own records, per partition.
    ///   - inputs: the offsets that are committed.
    func committed(reached: [Int32: Int64], inputs: [TopicPartition: Int64]) throws {
        if let database, stateBatch.count > 0 {
            if definition.stateOfInput != nil {
                for (place, offset) in inputs where place.topic == definition.inputs[0] {
                    stateBatch.setInputOffset(offset, partition: place.partition)
                }
            }
            for (partition, offset) in reached { stateBatch.setChangelogOffset(offset, partition: partition) }
            try database.write(stateBatch)
        }
        startBatch()
    }

    func startBatch() {
        stateBatch.removeAll()
        setAside.removeAll()
        hasTransaction = false
        emitted = 0
        deadLettered = 0
    }
}
