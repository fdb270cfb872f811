import CRdKafka

/// librdkafka's list of partitions with offsets, owned here.
struct TopicPartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int = 8) {
        pointer = rd_kafka_topic_partition_list_new(Int32(capacity))
    }

    /// Takes over a list that librdkafka made.
    init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.pointer = pointer
    }

    init(_ partitions: some Sequence<TopicPartition>) {
        self.init()
        for partition in partitions { append(partition) }
    }

    init(_ offsets: some Sequence<(key: TopicPartition, value: Int64)>) {
        self.init()
        for (partition, offset) in offsets { append(partition, offset: offset) }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    func append(_ partition: TopicPartition, offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID)) {
        rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition).pointee.offset = offset
    }

    var partitions: [TopicPartition] { Self.partitions(of: pointer) }

    static func partitions(of list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition] {
        (0..<Int(list.pointee.cnt)).map { TopicPartition(list.pointee.elems[$0]) }
    }

    static func partitions(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition] {
        partitions(of: UnsafePointer(list))
    }

    /// The offsets that are real ones (not "none", not "invalid").
    static func offsets(of list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for index in 0..<Int(list.pointee.cnt) where list.pointee.elems[index].offset >= 0 {
            offsets[TopicPartition(list.pointee.elems[index])] = list.pointee.elems[index].offset
        }
        return offsets
    }

    var offsets: [TopicPartition: Int64] { Self.offsets(of: pointer) }

    /// The first error that librdkafka noted for a single partition.
    func firstError(in operation: String) -> KafkaError? { Self.firstError(of: pointer, in: operation) }

    static func firstError(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>, in operation: String
    ) -> KafkaError? {
        for index in 0..<Int(list.pointee.cnt) {
            let element = list.pointee.elems[index]
            if let error = KafkaError(element.err, in: "\(operation) \(TopicPartition(element))") { return error }
        }
        return nil
    }
}

extension TopicPartition {
    init(_ element: rd_kafka_topic_partition_t) {
        self.init(topic: String(cString: element.topic), partition: element.partition)
    }
}

extension StartOffset {
    /// As librdkafka's logical or absolute offset.
    var rawOffset: Int64 {
        switch self {
        case .offset(let offset): offset
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: Int64(RD_KAFKA_OFFSET_END)
        case .committed: Int64(RD_KAFKA_OFFSET_STORED)
        }
    }
}
