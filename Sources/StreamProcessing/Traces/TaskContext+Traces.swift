import Kafka
import Logging
import OrderEvents
import OrderTracing
import Tracing

extension TaskContext {
    /// None, as in most contexts of tests.
    public var traces: BatchTraces? { nil }

    /// Runs a call to another system that is made for the whole batch, such as a write to a store: a span of each trace
    /// of the batch.
    ///
    /// - Parameter attributes: by the semantic conventions for what is called.
    public nonisolated(nonsending) func traced<R>(
        _ name: String, _ attributes: @autoclosure () -> [SpanAttributePair],
        _ body: nonisolated(nonsending) () async throws -> R
    ) async rethrows -> R {
        guard let traces, traces.isActive else { return try await body() }
        let start = DefaultTracerClock.now.nanosecondsSinceEpoch
        do {
            let result = try await body()
            traces.called(name, attributes(), from: start, failure: nil)
            return result
        } catch {
            traces.called(name, attributes(), from: start, failure: "\(type(of: error))")
            throw error
        }
    }

    /// Runs what is done for one record as part of that record's trace: calls over HTTP carry it on.
    public nonisolated(nonsending) func inTrace<R>(
        of record: Record, _ body: nonisolated(nonsending) () async throws -> R
    ) async rethrows -> R {
        guard let trace = traces?.trace(of: record) else { return try await body() }
        return try await trace.whileCurrent(body)
    }

    /// The trace of an order of the batch, for work that is done beside the task's thread.
    public func trace(of order: OrderID) -> CurrentTrace? { traces?.trace(of: order) }

    /// The traces of those orders of the batch that have one.
    public func traces(of orders: some Sequence<OrderID>) -> [OrderID: CurrentTrace] {
        guard let traces, traces.isActive else { return [:] }
        return orders.reduce(into: [:]) { $0[$1] = traces.trace(of: $1) }
    }

    /// The trace of a record of the batch, for work that is done beside the task's thread.
    public func trace(of record: Record) -> CurrentTrace? { traces?.trace(of: record) }

    /// A trace that was kept, for work that is left of an earlier batch; nil where no traces are recorded.
    ///
    /// - Parameter fields: the headers that carry it, by their names.
    public func trace(carriedBy fields: [String: String]) -> CurrentTrace? { traces?.trace(carriedBy: fields) }
}

extension Record {
    /// What a log line about this record says: which order, which trace, and where it lies. Nothing about a person.
    ///
    /// - Parameter topic: the name of its topic.
    public func logMetadata(on topic: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["topic": "\(topic)", "partition": "\(partition)", "offset": "\(offset)"]
        // A key that is no order's id is whoever's, and not shown.
        if let order = key.flatMap({ OrderID(key: $0) }) { metadata["order_id"] = "\(order)" }
        let headers = headers
        if let trace = SpanContext({ name in headers.last { $0.name == name }?.text }) {
            metadata["trace_id"] = "\(trace.traceID)"
        }
        return metadata
    }
}
