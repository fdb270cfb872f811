/// What a collector said to a request, or that it said nothing: which of it is worth another try, as OTLP has it
/// (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response).
public enum ExportAnswer: Hashable, Sendable {
    /// It has the spans, but for so many that it refused.
    case taken(refused: Int)
    /// It may take them later; after this, if it said so.
    case retry(reason: String, after: Duration?)
    /// It will never take them.
    case refused(reason: String)

    /// - Parameters:
    ///   - body: an `ExportTraceServiceResponse`; what of it cannot be read says nothing.
    ///   - retryAfter: the header, in seconds.
    public init(status: Int, body: [UInt8], retryAfter: String?) {
        switch status {
        case 200..<300: self = .taken(refused: Self.rejected(in: body))
        case 429, 502, 503, 504:
            self = .retry(
                reason: "it answered \(status)",
                after: retryAfter.flatMap { Int($0) }.flatMap { $0 > 0 ? .seconds(min($0, 3_600)) : nil })
        default: self = .refused(reason: "it answered \(status)")
        }
    }

    /// `partial_success.rejected_spans`.
    private static func rejected(in body: [UInt8]) -> Int {
        var response = ProtobufReader(body)
        while let (field, value) = response.next() {
            guard field == 1, case .bytes(let partial) = value else { continue }
            var partialReader = ProtobufReader(partial)
            while let (field, value) = partialReader.next() {
                if field == 1, case .varint(let count) = value { return Int(clamping: count) }
            }
        }
        return 0
    }
}
