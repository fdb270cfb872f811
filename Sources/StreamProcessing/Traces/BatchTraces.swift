import Kafka
import OrderEvents
import OrderTracing
import Tracing

/// The traces that a batch works for: which of its records belong to one, and what is sent because of them.
///
/// A record's trace is in its headers. What is sent under an order's id goes on with the trace of the last record of
/// that order in the batch, and is linked to those of the others. So no processor has to know of traces. A batch without
/// a traced record costs a look at its headers; without a tracer there is none of this.
///
/// Belongs to the task's thread.
public final class BatchTraces {
    private struct Traced {
        /// As it came.
        let incoming: SpanContext
        /// nil: the trace is not recorded, and only handed on.
        var span: OpenSpan?

        var context: SpanContext { span?.context ?? incoming }
    }

    private struct Place: Hashable {
        let topic: TopicID
        let partition: Int32
        let offset: Int64

        init(_ record: Record) {
            (topic, partition, offset) = (record.topic, record.partition, record.offset)
        }
    }

    private let tracer: OrderTracer
    private let group: String
    private var traced: [Traced] = []
    private var byOrder: [OrderID: [Int]] = [:]
    private var byPlace: [Place: Int] = [:]
    /// What was sent: seen by nobody unless the batch is committed.
    private var sent: [OpenSpan] = []
    private var calls: [FinishedSpan] = []

    package init(_ tracer: OrderTracer, group: String) {
        self.tracer = tracer
        self.group = group
    }

    /// Whether a record of the batch belongs to a trace.
    var isActive: Bool { !traced.isEmpty }

    // MARK: the batch

    /// Finds the traces of a batch.
    package func begin(_ batch: RecordBatch, _ topicName: (TopicID) -> String) {
        clear()
        for record in batch {
            // Of a record without headers this is an empty list, which costs nothing.
            let headers = record.headers
            if headers.isEmpty { continue }
            guard let incoming = SpanContext({ name in headers.last { $0.name == name }?.text }) else { continue }
            add(record, incoming, on: topicName(record.topic))
        }
    }

    private func add(_ record: Record, _ incoming: SpanContext, on topic: String) {
        let order = Self.order(of: record, on: topic)
        var span = tracer.start("process \(topic)", .consumer, parent: incoming)
        span?.set(
            Messaging.attributes(
                .process, topic, partition: record.partition, offset: record.offset, group: group,
                key: order?.rawValue))
        byPlace[Place(record)] = traced.count
        if let order { byOrder[order, default: []].append(traced.count) }
        traced.append(Traced(incoming: incoming, span: span))
    }

    /// Foreign producers may give an order another key than its id, or none.
    private static func order(of record: Record, on topic: String) -> OrderID? {
        // What cannot be read is set aside by the processor, with the reason.
        if topic == Topics.orders.name, let order = try? Topics.orders.value(of: record) { return order.id }
        return record.key.flatMap { OrderID(key: $0) }
    }

    /// The batch is committed, or has failed.
    ///
    /// - Parameter failure: the code of the fault; nil: committed.
    package func finish(_ failure: String? = nil) {
        guard isActive else { return }
        let now = DefaultTracerClock.now.nanosecondsSinceEpoch
        var spans = calls
        for traced in traced {
            guard var span = traced.span else { continue }
            if let failure { span.fail(failure) }
            spans.append(span.ended(at: now))
        }
        if failure == nil { spans += sent.map { $0.ended(at: now) } }
        tracer.finish(spans)
        clear()
    }

    private func clear() {
        guard isActive else { return }
        traced.removeAll()
        byOrder.removeAll()
        byPlace.removeAll()
        sent.removeAll()
        calls.removeAll()
    }

    // MARK: what is done because of it

    /// The headers of a record that is sent, with the trace that it goes on with.
    func headers(of record: OutgoingRecord, to topic: String) -> [RecordHeader] {
        guard let order = OrderID(key: record.key), let causes = byOrder[order],
            let last = causes.last(where: { traced[$0].span != nil }) ?? causes.last
        else { return record.headers }
        var context = traced[last].context
        if traced[last].span != nil, var span = tracer.start("send \(topic)", .producer, parent: context) {
            span.set(Messaging.attributes(.send, topic, partition: record.partition, key: order.rawValue))
            for cause in causes where cause != last { span.link(to: traced[cause].context) }
            context = span.context
            sent.append(span)
        }
        return record.headers.filter { !SpanContext.Header.carries($0.name) }
            + context.fields.map { RecordHeader($0.name, $0.value) }
    }

    /// A record of the batch is set aside: its span says why.
    func setAside(_ record: Record, _ code: String) {
        guard let index = byPlace[Place(record)] else { return }
        traced[index].span?.fail(code)
    }

    /// A call to another system that was made for the whole batch: a span of each of its traces.
    func called(_ name: String, _ attributes: [SpanAttributePair], from start: UInt64, failure: String?) {
        for traced in traced {
            guard let parent = traced.span?.context,
                var span = tracer.start(name, .client, parent: parent, at: start)
            else { continue }
            span.set(attributes)
            if let failure { span.fail(failure) }
            calls.append(span.ended())
        }
    }

    /// The trace of a record of the batch.
    func trace(of record: Record) -> CurrentTrace? { byPlace[Place(record)].map(current) }

    /// The trace of the last record of an order in the batch.
    func trace(of order: OrderID) -> CurrentTrace? { byOrder[order]?.last.map(current) }

    /// A trace that came with an earlier batch, by the headers that carried it; nil: they carry none.
    func trace(carriedBy fields: [String: String]) -> CurrentTrace? {
        SpanContext { fields[$0] }.map { CurrentTrace($0, tracer: tracer) }
    }

    private func current(_ index: Int) -> CurrentTrace { CurrentTrace(traced[index].context, tracer: tracer) }
}
