import OrderTracing
import Tracing

/// `ExportTraceServiceRequest` of OTLP: spans by the service whose they are
/// (https://github.com/open-telemetry/opentelemetry-proto, `collector/trace/v1`, `trace/v1`, `resource/v1`, `common/v1`).
enum TraceRequest {
    /// - Parameter resource: the attributes that all services of this process have in common.
    static func encode(_ spans: [FinishedSpan], resource: [SpanAttributePair]) -> [UInt8] {
        var request = ProtobufWriter()
        let byService = Dictionary(grouping: spans, by: \.service)
        for service in byService.keys.sorted() {
            request.message(1) { resourceSpans in
                resourceSpans.message(1) { message in
                    // A name that the resource has already is everybody's.
                    if !resource.contains(where: { $0.name == ResourceName.service }) {
                        pair(SpanAttributePair(ResourceName.service, .text(service)), 1, &message)
                    }
                    for attribute in resource { pair(attribute, 1, &message) }
                }
                resourceSpans.message(2) { scopeSpans in
                    scopeSpans.message(1) { $0.text(1, "orders") }
                    for span in byService[service] ?? [] { scopeSpans.message(2) { write(span, &$0) } }
                }
            }
        }
        return request.bytes
    }

    private static func write(_ span: FinishedSpan, _ message: inout ProtobufWriter) {
        message.bytes(1, span.context.traceID.bytes)
        message.bytes(2, span.context.spanID.bytes)
        message.text(3, "\(span.context.state)")
        if let parent = span.parent { message.bytes(4, parent.spanID.bytes) }
        message.text(5, span.name)
        message.varint(6, number(of: span.kind))
        message.fixed64(7, span.start)
        message.fixed64(8, span.end)
        for attribute in span.attributes { pair(attribute, 9, &message) }
        for link in span.links {
            message.message(13) { message in
                message.bytes(1, link.traceID.bytes)
                message.bytes(2, link.spanID.bytes)
                message.text(3, "\(link.state)")
                message.fixed32(6, flags(of: link, remote: link.isRemote))
            }
        }
        if case .error(let code) = span.status {
            message.message(15) { status in
                status.text(2, code)
                status.varint(3, 2)
            }
        }
        message.fixed32(16, flags(of: span.context, remote: span.parent?.isRemote ?? false))
    }

    /// The flags of W3C trace context, and whether the parent, or the linked span, is another process's.
    private static func flags(of context: SpanContext, remote: Bool) -> UInt32 {
        (context.isSampled ? 1 : 0) | 0x100 | (remote ? 0x200 : 0)
    }

    private static func number(of kind: SpanKind) -> UInt64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func pair(_ pair: SpanAttributePair, _ field: Int, _ message: inout ProtobufWriter) {
        message.message(field) { message in
            message.text(1, pair.name)
            message.message(2) { write(pair.value, &$0) }
        }
    }

    private static func write(_ value: SpanValue, _ message: inout ProtobufWriter) {
        switch value {
        case .text(let text): message.bytes(1, text.utf8)
        case .flag(let flag): message.present(varint: flag ? 1 : 0, 2)
        case .integer(let number): message.present(varint: UInt64(bitPattern: number), 3)
        case .number(let number): message.present(fixed64: number.bitPattern, 4)
        case .texts(let texts):
            message.message(5) { array in
                for text in texts { array.message(1) { $0.bytes(1, text.utf8) } }
            }
        }
    }
}
