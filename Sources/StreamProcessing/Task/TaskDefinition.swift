import Kafka
import OrderEvents

/// Gives the state that a changelog record stands for: replaces `state`, which is empty, with it. Used when state is
/// restored, and must give what `TaskContext.emit(_:on:keeping:partition:)` was given with the record. An error means
/// that the record is not the service's own; it is skipped.
public typealias StateOfRecord =
    @Sendable (
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ state: inout [UInt8]
    ) throws -> Void

/// What a record of the first input leaves in the keyed state beside what the changelog tells, where nothing is known
/// of its key yet: appends key and state, and returns true; false: nothing. Used where state is restored, and must give
/// what `TaskContext.keep` was given.
public typealias StateOfInput =
    @Sendable (
        _ record: Record, _ layout: HomeLayout, _ key: inout [UInt8], _ state: inout [UInt8]
    ) -> Bool

/// What a task consumes, remembers and is called.
public struct TaskDefinition: Sendable {
    /// The service's name as in the command line: `payments`.
    public var name: String
    /// The consumer group: `payments-group`.
    public var group: String
    /// The input topics; co-partitioned where there are several.
    public var inputs: [String]
    /// The output topic from which the keyed state is restored: partition p of it belongs to partition p of the inputs.
    public var changelog: String?
    /// What of a changelog record is kept as its key's state.
    public var stateOf: StateOfRecord
    /// What of the first input is kept as its key's state, if anything is.
    public var stateOfInput: StateOfInput?
    /// Inputs of which records with one key are to meet, if there are such.
    public var joins: JoinedInputs?
    /// How long keyed state is kept at least.
    public var horizon: Duration
    /// So many records are worth a transaction: where they keep coming, the next one waits until there are about so
    /// many, though for 50 ms at most. A lone record waits for nothing.
    public var worthwhile: Int
    /// The most records of one transaction.
    public var maxBatch: Int

    public init(
        name: String, group: String, inputs: [String], changelog: String? = nil,
        stateOf: @escaping StateOfRecord = TaskDefinition.wholeValue, stateOfInput: StateOfInput? = nil,
        joins: JoinedInputs? = nil, horizon: Duration = .seconds(30 * 86_400),
        worthwhile: Int = 64, maxBatch: Int = 5_000
    ) {
        self.name = name
        self.group = group
        self.inputs = inputs
        self.changelog = changelog
        self.stateOf = stateOf
        self.stateOfInput = stateOfInput
        self.joins = joins
        self.horizon = horizon
        self.worthwhile = worthwhile
        self.maxBatch = maxBatch
    }

    /// The task of a service of the platform.
    public init(
        _ service: PlatformService, stateOf: @escaping StateOfRecord = TaskDefinition.wholeValue,
        stateOfInput: StateOfInput? = nil, joins: JoinedInputs? = nil,
        worthwhile: Int = 64, maxBatch: Int = 5_000
    ) {
        self.init(
            name: service.name, group: service.group, inputs: service.inputs, changelog: service.changelog,
            stateOf: stateOf,
            stateOfInput: stateOfInput, joins: joins, worthwhile: worthwhile, maxBatch: maxBatch)
    }

    /// The state is the record's value.
    public static let wholeValue: StateOfRecord = { _, value, state in state.append(contentsOf: value) }

    /// The state is the same for each record: only that there is one matters.
    public static func always<State: StateValue>(_ kept: @autoclosure () -> State) -> StateOfRecord {
        var bytes: [UInt8] = []
        kept().encodeState(into: &bytes)
        return { [bytes] _, _, state in state.append(contentsOf: bytes) }
    }

    /// The state that a record of the input leaves, where it can be read and is at home. What is wrong with others was
    /// said when they were processed.
    public static func input<Value: EventValue, State: StateValue>(
        _ topic: Topic<Value>, _ state: @escaping @Sendable (Value) -> (key: State.Key, state: State)
    ) -> StateOfInput {
        { record, layout, key, bytes in
            // As said above.
            guard let value = try? topic.value(of: record) else { return false }
            let (id, state) = state(value)
            return id.withKeyBytes { idBytes in
                guard layout.place(ofKey: idBytes, topic.name, record.partition, record.offset) == .home else {
                    return false
                }
                key.append(contentsOf: idBytes)
                state.encodeState(into: &bytes)
                return true
            }
        }
    }
}
