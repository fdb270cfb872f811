import NIOConcurrencyHelpers

/// A ``RecordAccumulator`` that threads of the application fill while the core takes from it on its loop.
///
/// Unchecked: the accumulator is reached under the lock only. A batch that was taken out belongs to the loop alone.
final class SharedAccumulator: BatchSource, @unchecked Sendable {
    private struct State {
        var accumulator: RecordAccumulator
        /// The core was called for what is here, and has not come by.
        var isCoreCalled = false
    }

    private let lock = NIOLock()
    private var state: State

    init(settings: ProducerSettings) {
        state = State(accumulator: RecordAccumulator(settings: settings, seed: .random(in: .min ... .max)))
    }

    func withAccumulator<Value>(_ body: (inout RecordAccumulator) -> Value) -> Value {
        lock.withLock { body(&state.accumulator) }
    }

    /// Appends a record.
    /// - Returns: where it went, and whether the core has to be called.
    func append(
        _ record: RecordView, to topic: Int, partition: Int32?, token: UInt64?
    ) throws(ClientError) -> (partition: Int32, callsCore: Bool) {
        lock.lock()
        defer { lock.unlock() }
        let appended = try state.accumulator.append(
            record, to: topic, partition: partition, now: SystemClock.monotonic, token: token)
        guard appended.wakesCore, !state.isCoreCalled else { return (appended.partition, false) }
        state.isCoreCalled = true
        return (appended.partition, true)
    }

    /// The core comes by.
    func coreCame() { lock.withLock { state.isCoreCalled = false } }
}
