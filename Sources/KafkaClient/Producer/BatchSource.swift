/// Where a ``ProducerCore`` gets its batches: a ``RecordAccumulator``, behind a lock where threads fill it.
protocol BatchSource: AnyObject {
    func withAccumulator<Value>(_ body: (inout RecordAccumulator) -> Value) -> Value
}
