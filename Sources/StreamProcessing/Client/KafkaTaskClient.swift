import Kafka
import Logging

/// The loop's client on the module Kafka: a consumer and a producer of their own.
final class KafkaTaskClient: TaskClient {
    private let consumer: KafkaConsumer
    private let producer: KafkaProducer
    private let settings: KafkaSettings
    private let name: String
    private let logger: Logger

    /// - Parameter identity: of the service's instance: its transactional id follows from it.
    init(_ definition: TaskDefinition, settings: KafkaSettings, identity: String, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        name = definition.name
        let clientID = "\(definition.name)-\(identity)"
        producer = try KafkaProducer(
            settings: settings, transactionalID: "\(definition.group)-\(identity)", clientID: "\(clientID)-producer",
            // Dead letters are larger than the records in them.
            options: ["transaction.timeout.ms": "15000", "message.max.bytes": "2000000"], logger: logger)
        consumer = try KafkaConsumer(
            settings: settings, group: definition.group, clientID: clientID,
            // Begun is where `startPositions` says; what is cut away later ends the run, and the next one finds the
            // cut. A topic that grows is read within seconds: by default only after 5 min.
            options: ["auto.offset.reset": "error", "topic.metadata.refresh.interval.ms": "10000"],
            // In turn, so that homes are spread evenly also where topics have more partitions. The range is for members
            // of earlier versions.
            assignors: "roundrobin,range", logger: logger)
    }

    var isConnected: Bool { producer.status.isConnected }
    var allBrokersDown: Bool { consumer.status.allBrokersDown }

    /// Has a poll that waits return now, or the next one; see ``KafkaConsumer/wakePoll()``. Any thread may call it.
    var wakePoll: @Sendable () -> Void { { [consumer] in consumer.wakePoll() } }

    func close() {
        consumer.close()
        producer.close()
    }
}

// The member.
extension KafkaTaskClient {
    func subscribe(
        _ topics: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: @escaping KafkaConsumer.AssignmentChoice
    ) throws(KafkaError) {
        try consumer.subscribe(topics, onRebalance: onRebalance, choose: choose)
    }

    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        try consumer.poll(max: max, timeout: timeout)
    }
    func pause(_ partitions: [TopicPartition]) throws(KafkaError) { try consumer.pause(partitions) }
    func resume(_ partitions: [TopicPartition]) throws(KafkaError) { try consumer.resume(partitions) }
    func seek(_ starts: [TopicPartition: StartOffset]) throws(KafkaError) { try consumer.seek(starts) }

    func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.position(partitions)
    }
    func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.committed(partitions, timeout: timeout)
    }
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) { try consumer.commit(offsets) }
    func beginnings(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.beginnings(of: partitions)
    }
    func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.ends(of: partitions)
    }
    func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        try consumer.partitionCount(of: topic, timeout: .seconds(30))
    }

    func topicID(_ name: String) -> TopicID { consumer.topicID(name) }
    func topicName(_ id: TopicID) -> String { consumer.topicName(id) }
}

// The producer.
extension KafkaTaskClient {
    func initTransactions(timeout: Duration) throws(KafkaError) { try producer.initTransactions(timeout: timeout) }
    func beginTransaction() throws(KafkaError) { try producer.beginTransaction() }
    func topic(_ name: String) throws(KafkaError) -> TopicHandle { try producer.topic(name) }

    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?,
        headers: [RecordHeader]
    ) throws(KafkaError) {
        try producer.produce(
            to: topic, partition: partition, key: key, value: value, timestamp: timestamp, headers: headers,
            whenFull: .wait)
    }

    func sendOffsets(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try producer.sendOffsets(offsets, of: consumer)
    }
    func commitTransaction(timeout: Duration) throws(KafkaError) { try producer.commitTransaction(timeout: timeout) }
    func abortTransaction(timeout: Duration) throws(KafkaError) { try producer.abortTransaction(timeout: timeout) }
    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] { producer.takeDeliveredOffsets(of: topic) }
}

// Reading again.
extension KafkaTaskClient {
    func watermarks(of topic: String, _ partitions: [Int32], countingOpen: Bool) throws(KafkaError) -> [Int32:
        Watermarks]
    {
        if partitions.isEmpty { return [:] }
        let probe = try KafkaConsumer(
            settings: settings, clientID: "\(name)-probe",
            options: countingOpen ? ["isolation.level": "read_uncommitted"] : [:],
            logger: logger)
        defer { probe.close() }
        var marks: [Int32: Watermarks] = [:]
        for partition in partitions {
            marks[partition] = try probe.watermarks(
                TopicPartition(topic: topic, partition: partition), timeout: .seconds(30))
        }
        return marks
    }

    func replay(
        _ topic: String, _ ranges: [Int32: Range<Int64>],
        _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void
    ) throws -> Int {
        let reader = try RangeReader(
            settings: settings, clientID: "\(name)-restore", options: ["check.crcs": "true"],
            // Longer than a dead predecessor's transaction may be open.
            patience: .seconds(120), logger: logger)
        defer { reader.close() }
        let places = ranges.map { (TopicPartition(topic: topic, partition: $0.key), $0.value) }
        var records = 0
        try reader.batches(Dictionary(uniqueKeysWithValues: places)) { batch, reached in
            records += batch.count
            try take(batch, Dictionary(uniqueKeysWithValues: reached.map { ($0.key.partition, $0.value) }))
            return true
        }
        return records
    }
}
