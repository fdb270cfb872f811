/// The attributes of spans about Kafka, by OpenTelemetry's semantic conventions for messaging.
public enum Messaging {
    /// What is done with a record.
    public enum Operation: String, Sendable {
        case send
        case process
    }

    /// The attributes of a span about one record.
    ///
    /// - Parameters:
    ///   - offset: nil: not known yet.
    ///   - group: the consumer group that processes it.
    ///   - key: of the record, where it is an order's id: others may tell of a person.
    public static func attributes(
        _ operation: Operation, _ topic: String, partition: Int32, offset: Int64? = nil, group: String? = nil,
        key: Int64? = nil
    ) -> [SpanAttributePair] {
        var pairs: [SpanAttributePair] = [
            SpanAttributePair("messaging.system", "kafka"),
            SpanAttributePair("messaging.operation.name", .text(operation.rawValue)),
            SpanAttributePair("messaging.operation.type", .text(operation.rawValue)),
            SpanAttributePair("messaging.destination.name", .text(topic)),
            SpanAttributePair("messaging.destination.partition.id", .text("\(partition)")),
        ]
        if let offset { pairs.append(SpanAttributePair("messaging.kafka.offset", .integer(offset))) }
        if let group { pairs.append(SpanAttributePair("messaging.consumer.group.name", .text(group))) }
        if let key { pairs.append(SpanAttributePair("messaging.kafka.message.key", .text("\(key)"))) }
        return pairs
    }
}
