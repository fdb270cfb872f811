import Kafka

/// The headers of a dead letter: why it was set aside and where it came from. Key and value are the
/// original bytes, so that a mended record can be replayed as it was.
public enum DeadLetterHeader {
    /// What is wrong, in words.
    public static let reason = "dlq-reason"
    /// The machine-readable kind of fault.
    public static let code = "dlq-code"
    public static let topic = "dlq-topic"
    public static let partition = "dlq-partition"
    public static let offset = "dlq-offset"
    /// The record's own time, milliseconds since 1970.
    public static let timestamp = "dlq-timestamp"
    public static let group = "dlq-group"
    /// When it was set aside, milliseconds since 1970.
    public static let failedAt = "dlq-failed-at"
}

/// Why a record cannot be processed, ever.
public struct DeadLetterReason: Hashable, Sendable {
    /// Machine-readable: `malformed_json`, `missing_field`, …
    public var code: String
    /// For people: names the field and what is wrong with it.
    public var detail: String

    public init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}
