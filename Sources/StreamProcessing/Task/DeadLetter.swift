import Kafka

/// The headers of a dead letter: why it was set aside and where it came from. Key and value are the original bytes, so
/// that a corrected record can be replayed as it was. All of them begin with `dlq-`; the record's own headers follow
/// them unchanged, so an application must not use names that begin so.
///
/// A record that is replayed carries only ``attempts`` and ``replayOf`` beside its own headers.
public enum DeadLetterHeader {
    /// What is wrong, in words.
    public static let reason = "dlq-reason"
    /// The machine-readable kind of fault.
    public static let code = "dlq-code"
    /// The topic that the record was read from.
    public static let topic = "dlq-topic"
    /// The partition that it was read from, decimal.
    public static let partition = "dlq-partition"
    /// Its offset there, decimal. Topic, partition and offset are the dead letter's *origin*: several groups may each
    /// have one of the same origin.
    public static let offset = "dlq-offset"
    /// The record's own time, milliseconds since 1970; -1 where it has none.
    public static let timestamp = "dlq-timestamp"
    /// The consumer group that set it aside.
    public static let group = "dlq-group"
    /// When it was set aside, milliseconds since 1970.
    public static let failedAt = "dlq-failed-at"
    /// How often the record had been replayed before, decimal; on a dead letter that was never replayed, absent. On a
    /// replayed record: how often it has been replayed now, so 1 at least.
    public static let attempts = "dlq-attempts"
    /// On a replayed record, and on the dead letter that it becomes if it fails again: the dead letter that was
    /// replayed, `<topic>/<group>/<partition>/<offset>` of the dead-letter record.
    public static let replayOf = "dlq-replay-of"

    /// How many bytes the record's value has, decimal, on a dead letter that was too large for the broker with them. It
    /// has no value and none of the record's own headers, and a key only up to 1 KiB. They are at the origin for as
    /// long as its topic keeps them.
    public static let omitted = "dlq-omitted"
    /// The longest key of a dead letter without the record's bytes.
    static let briefKeyBytes = 1024

    /// What all of them begin with.
    public static let prefix = "dlq-"

    /// The headers of a record without those of this list: what its producer gave it.
    public static func applicationHeaders(_ headers: [RecordHeader]) -> [RecordHeader] {
        headers.filter { !$0.name.hasPrefix(prefix) }
    }

    /// The headers of a dead letter. Those of an earlier failure are replaced; how often the record was replayed is
    /// carried over.
    ///
    /// - Parameters:
    ///   - headers: the record's as it was read.
    ///   - now: milliseconds since 1970.
    ///   - omitted: the value's bytes, if the dead letter leaves out what the record holds.
    package static func headers(
        of reason: DeadLetterReason, topic: String, partition: Int32, offset: Int64, timestamp: Int64, group: String,
        now: Int64,
        record headers: [RecordHeader], omitting omitted: Int? = nil
    ) -> [RecordHeader] {
        var list = [
            RecordHeader(self.reason, reason.detail),
            RecordHeader(code, reason.code),
            RecordHeader(self.topic, topic),
            RecordHeader(self.partition, "\(partition)"),
            RecordHeader(self.offset, "\(offset)"),
            RecordHeader(self.timestamp, "\(timestamp)"),
            RecordHeader(self.group, group),
            RecordHeader(failedAt, "\(now)"),
        ]
        // The last of a name counts, as for whoever reads them.
        for name in [attempts, replayOf] {
            if let carried = headers.last(where: { $0.name == name }) { list.append(carried) }
        }
        guard let omitted else { return list + applicationHeaders(headers) }
        return list + [RecordHeader(self.omitted, "\(omitted)")]
    }
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
