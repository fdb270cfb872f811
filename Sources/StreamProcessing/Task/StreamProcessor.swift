import Kafka

/// What a service is: a function from a batch of records, and its state, to records.
///
/// A processor is used by one task, on that task's thread, one call at a time. What it emits, puts into its
/// state and dead-letters through the context is committed together with the batch's input offsets, or not at all.
public protocol StreamProcessor: AnyObject {
    /// Handles a batch. An error fails the whole batch: it is rolled back, and what is done next depends on the error's
    /// `Fault`: tried again after a pause, tried in parts, or given up with the task's run. A record that can never
    /// succeed is no error: give it to `TaskContext.deadLetter`.
    ///
    /// Nothing is polled meanwhile: outside calls must be bounded, and all those of a batch together stay well below
    /// the consumer's `max.poll.interval.ms` (5 minutes), after which the group gives the member up. The transaction,
    /// which begins with the first record that is emitted, has 15 s: make the calls first, then emit.
    nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws

    /// When ``tick(in:)`` is due by the wall clock, milliseconds since 1970; nil: never.
    var nextTick: Int64? { get }

    /// Does what is due without a record, between two batches. What it emits and puts into its state is committed, and
    /// confirmed by `commit`. An error rolls it back, and it comes again after a pause. Its calls are bounded like those
    /// of `process`.
    nonisolated(nonsending) func tick(in context: any TaskContext) async throws

    /// The batch is durable. What `process` kept about it may now be relied on.
    func commit()

    /// Nothing since the last `commit` happened, or the partitions changed: forget everything that is not in the
    /// database.
    func reset()
}

extension StreamProcessor {
    public var nextTick: Int64? { nil }
    public nonisolated(nonsending) func tick(in context: any TaskContext) async throws {}
    public func commit() {}
    public func reset() {}
}
