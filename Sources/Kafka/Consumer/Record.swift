import CRdKafka

/// A topic, as a consumer's small number for it: compares and indexes without touching its name.
///
/// A consumer numbers its topics from 0 in the order in which it first hears of them: those of `subscribe`
/// and `assign` in the order given there.
public struct TopicID: Hashable, Comparable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static func < (a: TopicID, b: TopicID) -> Bool { a.rawValue < b.rawValue }
}

/// A record as it was fetched. Its bytes are its batch's and live as long as that does:
/// copy what is to stay longer, and don't let a record outlive its ``RecordBatch``.
public struct Record {
    public let topic: TopicID
    public let partition: Int32
    public let offset: Int64
    /// Milliseconds since 1970: when the producer made it, or with `message.timestamp.type=LogAppendTime`
    /// when the broker took it. -1: not known.
    public let timestamp: Int64
    /// Nil: no key, which differs from an empty one.
    public let key: UnsafeRawBufferPointer?
    /// Nil: none (in a compacted topic a deletion), which differs from an empty one.
    public let value: UnsafeRawBufferPointer?

    /// Where the headers are. Nothing that is counted, as records are copied freely.
    enum Source {
        case fetched(UnsafeMutablePointer<rd_kafka_message_t>)
        case made(headers: UnsafePointer<[RecordHeader]>)
        /// The batch keeps the object; the number is the record's in it.
        case foreign(Unmanaged<ForeignRecords>, number: Int32)
    }

    let source: Source

    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, topic: TopicID) {
        source = .fetched(message)
        self.topic = topic
        partition = message.pointee.partition
        offset = message.pointee.offset
        timestamp = rd_kafka_message_timestamp(message, nil)
        key = message.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len) }
        value = message.pointee.payload.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.len) }
    }

    init(
        topic: TopicID, partition: Int32, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?,
        source: Source
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.source = source
    }

    /// A record in somebody else's memory, by its number there.
    @inline(__always)
    package init(
        topic: TopicID, partition: Int32, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, in memory: ForeignRecords, number: Int
    ) {
        self.init(
            topic: topic, partition: partition, offset: offset, timestamp: timestamp, key: key, value: value,
            source: .foreign(Unmanaged.passUnretained(memory), number: Int32(truncatingIfNeeded: number)))
    }

    /// The headers, decoded on each call. Empty if there are none.
    public var headers: [RecordHeader] {
        switch source {
        case .fetched(let message): Record.headers(of: message)
        case .made(let headers): headers.pointee
        case .foreign(let memory, let number): memory.takeUnretainedValue().headers(Int(number))
        }
    }

    private static func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [RecordHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [RecordHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name
        {
            let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) }
            headers.append(RecordHeader(String(cString: name), bytes))
        }
        return headers
    }
}
