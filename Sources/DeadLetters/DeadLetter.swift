import Kafka
import OrderEvents
import StreamProcessing

/// A record that a service could not process: what it was, where it came from and why it was set aside.
public struct DeadLetter: Hashable, Sendable {
    public let id: DeadLetterID
    /// Where the record stood when it failed. Where `hasOrigin` is false: the dead letter's own place, which is as
    /// unique.
    public let origin: DeadLetterOrigin
    /// Whether the headers say where it came from. Without that it can be looked at and discarded, but not replayed.
    public let hasOrigin: Bool
    /// The record's own time, milliseconds since 1970; nil: not known.
    public let timestamp: Int64?
    /// The machine-readable kind of fault: `missing_field`, …; `unknown` where the headers do not say.
    public let code: String
    /// What is wrong, in words.
    public let reason: String
    /// When it was set aside, milliseconds since 1970.
    public let failedAt: Int64
    /// How often the record had been replayed before it failed this time.
    public let attempts: Int
    /// The earlier dead letter whose replay this is.
    public let replayOf: DeadLetterID?
    /// The record's own key, value and headers, byte for byte.
    public let key: [UInt8]?
    public private(set) var value: [UInt8]?
    /// How many bytes the value has, where the dead letter does not hold it: they are at the origin. Then ``headers``,
    /// and perhaps ``key``, are missing as well.
    public let omittedBytes: Int?
    public let headers: [RecordHeader]

    /// From a record of a dead-letter topic. Takes whatever is there: a dead letter that others wrote, or one with
    /// headers missing, can be seen too.
    ///
    /// - Parameter timestamp: the dead-letter record's, milliseconds since 1970.
    public init(
        topic: DeadLetterTopic, partition: Int32, offset: Int64, timestamp: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader]
    ) {
        var known: [String: String] = [:]
        for header in headers where header.name.hasPrefix(DeadLetterHeader.prefix) { known[header.name] = header.text }
        func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
            known[name].flatMap { Number($0) }.flatMap { $0 >= 0 ? $0 : nil }
        }
        let id = DeadLetterID(topic: topic.topic, group: topic.group, partition: partition, offset: offset)
        self.id = id
        let originPartition: Int32? = number(DeadLetterHeader.partition)
        let originOffset: Int64? = number(DeadLetterHeader.offset)
        if let originPartition, let originOffset {
            origin = DeadLetterOrigin(
                topic: known[DeadLetterHeader.topic] ?? topic.topic, partition: originPartition, offset: originOffset)
            hasOrigin = true
        } else {
            origin = DeadLetterOrigin(topic: topic.name, partition: partition, offset: offset)
            hasOrigin = false
        }
        self.timestamp = number(DeadLetterHeader.timestamp)
        code = known[DeadLetterHeader.code] ?? "unknown"
        reason = known[DeadLetterHeader.reason] ?? "the record has no \(DeadLetterHeader.reason) header"
        failedAt = number(DeadLetterHeader.failedAt) ?? max(0, timestamp)
        attempts = number(DeadLetterHeader.attempts) ?? 0
        replayOf = known[DeadLetterHeader.replayOf].flatMap { DeadLetterID($0) }
        self.key = key
        self.value = value
        omittedBytes = value == nil ? number(DeadLetterHeader.omitted) : nil
        self.headers = DeadLetterHeader.applicationHeaders(headers)
    }

    init(_ record: Record, of topic: DeadLetterTopic) {
        self.init(
            topic: topic, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
            key: record.key.map { Array($0) },
            value: record.value.map { Array($0) }, headers: record.headers)
    }

    /// With so many bytes of the value at most.
    func cut(toBytes count: Int) -> DeadLetter {
        guard let value, value.count > count else { return self }
        var letter = self
        letter.value = Array(value.prefix(count))
        return letter
    }

    /// The key as text, where it is text.
    public var keyText: String? { key.flatMap { String(validating: $0, as: UTF8.self) } }
}
