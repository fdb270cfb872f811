import Kafka
import OrderEvents

// The calls of processors: by type, so that no wrong one can be written.
//
// Each is a shell that is inlined, around a function of `Typed`, which the optimiser makes for each type by itself.
// Generic code in the extension itself would be generic over the context, too, and would stay so.
extension TaskContext {
    /// Sends a value to its topic.
    @inlinable @inline(__always)
    public func emit<Value: EventValue>(_ value: Value, on topic: Topic<Value>, partition: Int32) throws {
        try Typed.emit(value, on: topic, partition: partition, in: self)
    }

    /// Sends a value to the changelog, and keeps `state` under its key. It can be read once the batch is committed.
    @inlinable @inline(__always)
    public func emit<Value: EventValue, State: StateValue>(
        _ value: Value, on topic: Topic<Value>, keeping state: State, partition: Int32
    ) throws {
        try Typed.emit(value, on: topic, keeping: state, partition: partition, in: self)
    }

    /// Sends a value to the changelog, and keeps the record's own value under its key.
    @inlinable @inline(__always)
    public func emitAndKeep<Value: EventValue>(_ value: Value, on topic: Topic<Value>, partition: Int32) throws {
        try Typed.emitAndKeep(value, on: topic, partition: partition, in: self)
    }

    /// Keeps a state of which no changelog record tells: the input does, from which it is read again where it is lost.
    @inlinable @inline(__always)
    public func keep<State: StateValue>(_ state: State, of key: State.Key, partition: Int32) {
        Typed.keep(state, of: key, partition: partition, in: self)
    }

    /// The state of a key as of the last commit.
    @inlinable @inline(__always)
    public func state<State: StoredState>(_: State.Type, of key: State.Key, partition: Int32) throws -> State? {
        try Typed.state(State.self, of: key, partition: partition, in: self)
    }

    /// Where a record lies, seen from the home of its order.
    @inlinable @inline(__always)
    public func place<Value: EventValue>(of key: some StateKey, _ record: Record, on topic: Topic<Value>) -> RecordPlace
    {
        key.withKeyBytes { place(ofKey: $0, record, of: topic.name) }
    }

    /// Sends a record of a topic to the home of this key, with its bytes, headers and time unchanged.
    public func forward<Value: EventValue>(_ record: Record, of topic: Topic<Value>, toHomeOf key: some StateKey) throws
    {
        try key.withKeyBytes { key in
            let home = OutgoingRecord(
                partition: layout.home(ofKey: key), key: key, value: record.value, timestamp: record.timestamp,
                headers: record.headers)
            try send(home, to: topic.name)
        }
    }
}

extension Topic {
    /// The value of a record of this topic; nil: it has none.
    ///
    /// - Throws: what is wrong with its bytes.
    @inlinable @inline(__always)
    public func value(of record: Record) throws(EventError) -> Value? {
        guard let json = record.value else { return nil }
        return try decode(json)
    }
}

@usableFromInline enum Typed {
    @inlinable
    static func emit<Value: EventValue>(
        _ value: Value, on topic: Topic<Value>, partition: Int32, in context: any TaskContext
    ) throws {
        let scratch = context.scratch
        write(value, on: topic, into: scratch)
        try scratch.key.withUnsafeBytes { key in
            try scratch.value.withUnsafeBytes {
                try context.send(OutgoingRecord(partition: partition, key: key, value: $0), to: topic.name)
            }
        }
    }

    @inlinable
    static func emit<Value: EventValue, State: StateValue>(
        _ value: Value, on topic: Topic<Value>, keeping state: State, partition: Int32, in context: any TaskContext
    ) throws {
        let scratch = context.scratch
        write(value, on: topic, into: scratch)
        scratch.state.removeAll(keepingCapacity: true)
        state.encodeState(into: &scratch.state)
        try scratch.key.withUnsafeBytes { key in
            try scratch.value.withUnsafeBytes { value in
                try scratch.state.withUnsafeBytes {
                    try context.sendState(
                        OutgoingRecord(partition: partition, key: key, value: value), to: topic.name, state: $0)
                }
            }
        }
    }

    @inlinable
    static func emitAndKeep<Value: EventValue>(
        _ value: Value, on topic: Topic<Value>, partition: Int32, in context: any TaskContext
    ) throws {
        let scratch = context.scratch
        write(value, on: topic, into: scratch)
        try scratch.key.withUnsafeBytes { key in
            try scratch.value.withUnsafeBytes {
                try context.sendState(
                    OutgoingRecord(partition: partition, key: key, value: $0), to: topic.name, state: $0)
            }
        }
    }

    @inlinable
    static func keep<State: StateValue>(
        _ state: State, of key: State.Key, partition: Int32, in context: any TaskContext
    ) {
        let scratch = context.scratch
        scratch.state.removeAll(keepingCapacity: true)
        state.encodeState(into: &scratch.state)
        key.withKeyBytes { key in
            scratch.state.withUnsafeBytes { context.setState(partition: partition, key: key, state: $0) }
        }
    }

    @inlinable
    static func state<State: StoredState>(
        _: State.Type, of key: State.Key, partition: Int32, in context: any TaskContext
    ) throws -> State? {
        var found: State?
        try key.withKeyBytes { bytes in
            try context.readState(partition: partition, key: bytes) {
                found = try $0.flatMap { try State.decodeState($0, of: key) }
            }
        }
        return found
    }

    @inlinable @inline(__always)
    static func write<Value: EventValue>(_ value: Value, on topic: Topic<Value>, into scratch: TaskScratch) {
        scratch.key.removeAll()
        topic.appendKey(of: value, to: &scratch.key)
        scratch.value.removeAll()
        topic.encode(value, into: &scratch.value)
    }
}
