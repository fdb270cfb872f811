import Kafka
import LogLimit
import Logging
import OrderEvents
import OrderTracing

/// The context of a task: what is emitted goes into the transaction of the task's client, state changes are the running
/// batch's of the store until the transaction is committed.
final class TransactionContext: TaskContext {
    var layout = HomeLayout(homes: 1, since: .epoch)
    var homes: [Int32] = []
    let scratch = TaskScratch()
    let traces: BatchTraces?
    private let definition: TaskDefinition

    private let client: any TaskClient
    private let store: GatheredState?
    private var topics: [String: TopicHandle] = [:]
    let changelogTopic: TopicHandle?
    private var setAside: [(record: Record, reason: DeadLetterReason)] = []
    /// Whether dead letters leave the bytes of their records out.
    var omitsRecordBytes = false
    private(set) var hasTransaction = false
    private(set) var emitted = 0
    private(set) var deadLettered = 0
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let deadLetters = LogLimiter(.warning, "a record is a dead letter")

    init(
        definition: TaskDefinition, client: any TaskClient, store: GatheredState?, tracer: OrderTracer?,
        logger: Logger, now: @escaping @Sendable () -> Int64
    ) throws {
        self.definition = definition
        self.client = client
        self.store = store
        self.now = now
        self.logger = logger
        traces = tracer.map { BatchTraces($0.named(definition.name), group: definition.group) }
        changelogTopic = try definition.changelog.map { try client.topic($0) }
    }

    var nowMilliseconds: Int64 { now() }

    func topicID(_ name: String) -> TopicID { client.topicID(name) }

    func place(ofKey key: UnsafeRawBufferPointer, _ record: Record, of topic: String) -> RecordPlace {
        layout.place(ofKey: key, topic, record.partition, record.offset)
    }

    func send(_ record: OutgoingRecord, to topic: String) throws { try send(record, to: self.topic(topic), topic) }

    func sendState(_ record: OutgoingRecord, to topic: String, state: UnsafeRawBufferPointer) throws {
        guard let changelogTopic, topic == definition.changelog, let store else {
            preconditionFailure("\(topic) is not the changelog of \(definition.name)")
        }
        try send(record, to: changelogTopic, topic)
        store.set(partition: record.partition, key: record.key, value: state)
    }

    private func send(_ record: OutgoingRecord, to topic: TopicHandle, _ name: String) throws {
        try ensureTransaction()
        var headers = record.headers
        if let traces, traces.isActive { headers = traces.headers(of: record, to: name) }
        try client.produce(
            to: topic, partition: record.partition, key: record.key, value: record.value, timestamp: record.timestamp,
            headers: headers)
        emitted += 1
    }

    func setState(partition: Int32, key: UnsafeRawBufferPointer, state: UnsafeRawBufferPointer) {
        guard definition.stateOfInput != nil, let store else {
            preconditionFailure("\(definition.name) keeps nothing of its input")
        }
        store.set(partition: partition, key: key, value: state)
    }

    func readState(partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> Void)
        throws
    {
        guard let store else { preconditionFailure("\(definition.name) has no keyed state") }
        try store.withValue(partition: partition, key: key, body)
    }

    func eachState(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ state: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let store else { preconditionFailure("\(definition.name) has no keyed state") }
        try store.each(partition: partition, body)
    }

    func deadLetter(_ record: Record, _ reason: DeadLetterReason) {
        setAside.append((record, reason))
        traces?.setAside(record, reason.code)
    }

    private func topic(_ name: String) throws -> TopicHandle {
        if let handle = topics[name] { return handle }
        let handle = try client.topic(name)
        topics[name] = handle
        return handle
    }

    /// Puts the dead letters of the batch, whose records are still in memory, into its transaction.
    func sendDeadLetters() throws {
        for letter in setAside { try send(letter.record, letter.reason) }
        setAside.removeAll()
    }

    private func send(_ record: Record, _ reason: DeadLetterReason) throws {
        try ensureTransaction()
        let origin = client.topicName(record.topic)
        let target = try topic(Topics.deadLetter(topic: origin, group: definition.group))
        let headers = DeadLetterHeader.headers(
            of: reason, topic: origin, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
            group: definition.group, now: now(), record: record.headers,
            omitting: omitsRecordBytes ? record.value?.count ?? 0 : nil)
        let key = omitsRecordBytes && record.key?.count ?? 0 > DeadLetterHeader.briefKeyBytes ? nil : record.key
        try client.produce(
            // Dead-letter topics have a partition for each home, and not more with those that grow.
            to: target, partition: record.partition % layout.homes, key: key,
            value: omitsRecordBytes ? nil : record.value, timestamp: nil,
            headers: headers)
        emitted += 1
        deadLettered += 1
        // Its reason may quote the record, and so tell of a person.
        deadLetters.log(to: logger, record.logMetadata(on: origin).merging(["code": "\(reason.code)"]) { $1 })
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
    ///   - now: when.
    func committed(reached: [Int32: Int64], inputs: [TopicPartition: Int64], now: ContinuousClock.Instant) throws {
        if let store {
            var kept: [Int32: Int64] = [:]
            if definition.stateOfInput != nil {
                for (place, offset) in inputs where place.topic == definition.inputs[0] {
                    kept[place.partition] = offset
                }
            }
            try store.commit(changelog: reached, inputs: kept, now: now)
        }
        startBatch()
    }

    func startBatch() {
        store?.rollBack()
        setAside.removeAll()
        hasTransaction = false
        emitted = 0
        deadLettered = 0
    }
}
