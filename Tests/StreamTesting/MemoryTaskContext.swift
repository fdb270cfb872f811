import Kafka
import OrderEvents
import OrderTracing
import StreamProcessing

/// A context that keeps everything in memory: to test a processor without a task, a broker or a database.
///
/// What is emitted becomes visible on the log with ``commit(_:)``, and not at all after ``rollBack()``. Keyed state is what was committed.
public final class MemoryTaskContext: TaskContext {
    /// A record that is sent, and not committed yet.
    public struct Sent: Hashable, Sendable {
        public var topic: String
        public var partition: Int32
        public var entry: MemoryLog.Entry
    }

    private struct StateKey: Hashable {
        var partition: Int32
        var key: [UInt8]
    }

    public let definition: TaskDefinition
    public let log: MemoryLog
    public var layout: HomeLayout
    public var homes: [Int32] = []
    public let scratch = TaskScratch()
    /// The wall clock, milliseconds since 1970.
    public var nowMilliseconds: Int64
    /// Changes a record that is to be sent, leaves it out, or sends more: to plant a fault that no processor makes by itself.
    public var tamper: ((Sent) -> [Sent])?
    /// nil: no traces are recorded.
    public private(set) var traces: BatchTraces?

    private var sent: [Sent] = []
    private var changes: [StateKey: [UInt8]] = [:]
    private var states: [StateKey: [UInt8]] = [:]

    public init(_ definition: TaskDefinition, log: MemoryLog, nowMilliseconds: Int64 = 1_700_000_000_000) {
        self.definition = definition
        self.log = log
        self.nowMilliseconds = nowMilliseconds
        layout = HomeLayout(homes: log.partitions, since: .epoch)
    }

    /// Records the traces of what comes from now on.
    public func trace(with tracer: OrderTracer) { traces = BatchTraces(tracer, group: definition.group) }

    // MARK: the batch's end

    /// Makes visible what was done since the last commit, together with the input's progress.
    public func commit(_ offsets: [TopicPartition: Int64]) {
        for sent in sent.flatMap({ tamper?($0) ?? [$0] }) {
            log.append(sent.entry, to: sent.topic, partition: sent.partition)
        }
        states.merge(changes) { $1 }
        log.commit(offsets, of: definition.group)
        rollBack()
    }

    /// Forgets what was done since the last commit.
    public func rollBack() {
        sent.removeAll()
        changes.removeAll()
    }

    /// What is sent, and not committed yet.
    public var pending: [Sent] { sent }

    // MARK: restoring

    /// Builds the state of these partitions again from the topics, as a task does that has lost its own.
    public func restore(_ partitions: [Int32]) {
        homes = partitions
        states = states.filter { !partitions.contains($0.key.partition) }
        for partition in partitions {
            restoreChangelog(partition)
            restoreInput(partition)
        }
    }

    private func restoreChangelog(_ partition: Int32) {
        guard let changelog = definition.changelog else { return }
        for record in batch(TopicPartition(topic: changelog, partition: partition), until: .max) {
            guard let key = record.key else { continue }
            var state: [UInt8] = []
            // A record that is not the service's own says nothing: as in `ChangelogRestorer`.
            guard let value = record.value, (try? definition.stateOf(key, value, &state)) != nil else { continue }
            states[StateKey(partition: partition, key: Array(key))] = state
        }
    }

    private func restoreInput(_ partition: Int32) {
        guard let stateOf = definition.stateOfInput else { return }
        let place = TopicPartition(topic: definition.inputs[0], partition: partition)
        for record in batch(place, until: log.committed(definition.group)[place] ?? 0) {
            var (key, state): ([UInt8], [UInt8]) = ([], [])
            guard stateOf(record, layout, &key, &state) else { continue }
            let place = StateKey(partition: partition, key: key)
            if states[place] == nil { states[place] = state }
        }
    }

    private func batch(_ place: TopicPartition, until end: Int64) -> RecordBatch {
        RecordBatch(copying: log.contents(of: place, from: 0, max: .max).filter { $0.offset < end })
    }

    // MARK: the context

    public func topicID(_ name: String) -> TopicID { log.topicID(name) }

    public func place(ofKey key: UnsafeRawBufferPointer, _ record: Record, of topic: String) -> RecordPlace {
        layout.place(ofKey: key, topic, record.partition, record.offset)
    }

    public func send(_ record: OutgoingRecord, to topic: String) throws {
        let entry = MemoryLog.Entry(
            key: Array(record.key), value: record.value.map { Array($0) },
            timestamp: record.timestamp ?? nowMilliseconds, headers: record.headers)
        sent.append(Sent(topic: topic, partition: record.partition, entry: entry))
    }

    public func sendState(_ record: OutgoingRecord, to topic: String, state: UnsafeRawBufferPointer) throws {
        precondition(topic == definition.changelog, "\(topic) is not the changelog of \(definition.name)")
        try send(record, to: topic)
        changes[StateKey(partition: record.partition, key: Array(record.key))] = Array(state)
    }

    public func setState(partition: Int32, key: UnsafeRawBufferPointer, state: UnsafeRawBufferPointer) {
        precondition(definition.stateOfInput != nil, "\(definition.name) keeps nothing of its input")
        changes[StateKey(partition: partition, key: Array(key))] = Array(state)
    }

    public func readState(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> Void
    ) throws {
        guard let state = states[StateKey(partition: partition, key: Array(key))] else { return try body(nil) }
        try state.withUnsafeBytes { try body($0) }
    }

    public func eachState(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ state: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let keys = states.keys.filter { $0.partition == partition }.map(\.key)
        for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let state = states[StateKey(partition: partition, key: key)]!
            try key.withUnsafeBytes { key in try state.withUnsafeBytes { try body(key, $0) } }
        }
    }

    public func deadLetter(_ record: Record, _ reason: DeadLetterReason) {
        let origin = log.topicName(record.topic)
        let headers = DeadLetterHeader.headers(
            of: reason, topic: origin, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
            group: definition.group,
            now: nowMilliseconds, record: record.headers)
        sent.append(
            Sent(
                topic: Topics.deadLetter(topic: origin, group: definition.group),
                partition: record.partition % layout.homes,
                entry: MemoryLog.Entry(
                    key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
                    timestamp: nowMilliseconds, headers: headers)))
    }
}
