import Kafka
import KafkaClient
import Logging

/// The loop's client on the module KafkaClient: a member of the group and a producer that share the connections of all
/// such clients of the process.
///
/// Its calls block, as the loop's thread is its own.
final class SwiftTaskClient: TaskClient {
    let settings: SwiftClientSettings
    let name: String
    let logger: Logger
    let consumer: BlockingConsumer
    let producer: BlockingProducer
    /// What records are numbered by; see ``topicID(_:)``.
    private var topicNames: [String] = []
    /// The producer's topics, by their handles' numbers. The partitions are asked for with the first record.
    var outputs: [(name: String, topic: KafkaClient.KafkaProducer.Topic?)] = []
    var isInTransaction = false

    /// - Parameter identity: of the service's instance: its transactional id follows from it.
    init(
        _ definition: TaskDefinition, settings: KafkaSettings, identity: String, logger: Logger
    ) throws(KafkaError) {
        let clientID = "\(definition.name)-\(identity)"
        let settings = try SwiftClientSettings(
            settings, group: definition.group, clientID: clientID, transactionalID: "\(definition.group)-\(identity)")
        self.settings = settings
        self.logger = logger
        name = definition.name
        SwiftClientSettings.tellUnknown(settings.unknown, to: logger)
        do throws(ClientError) {
            producer = try BlockingProducer(settings.cluster, settings.producer, logger: logger)
            consumer = try BlockingConsumer(settings.cluster, settings.consumer, logger: logger)
        } catch {
            throw KafkaError(error)
        }
    }

    var isConnected: Bool { producer.isConnected }
    var allBrokersDown: Bool { producer.isClusterDown }

    func close() {
        consumer.close()
        abandonTransaction()
        producer.close()
    }

    /// A call of the client, with its error in the loop's terms.
    func call<Value>(_ operation: String, _ body: () throws(ClientError) -> Value) throws(KafkaError) -> Value {
        do throws(ClientError) {
            return try body()
        } catch {
            throw KafkaError(error, in: "\(name): \(operation)", connection: producer.connectionError)
        }
    }
}

// The member.
extension SwiftTaskClient {
    func subscribe(
        _ topics: [String], onRebalance: @escaping Kafka.KafkaConsumer.RebalanceHandler,
        choose: @escaping Kafka.KafkaConsumer.AssignmentChoice
    ) throws(KafkaError) {
        for topic in topics { _ = topicID(topic) }
        try call("subscribing") { () throws(ClientError) in
            try consumer.subscribe(Set(topics)) { event in
                onRebalance(Kafka.RebalanceEvent(event)).clients
            } choose: { given in
                choose(given.map(Kafka.TopicPartition.init)).map(KafkaClient.TopicPartition.init)
            }
        }
    }

    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        do throws(ClientError) {
            return RecordBatch(try consumer.poll(max: max, timeout: timeout)) { topicID($0) }
        } catch {
            throw KafkaError(reading: error, consumer.assignment, in: name)
        }
    }

    func pause(_ partitions: [Kafka.TopicPartition]) { consumer.pause(partitions.map(KafkaClient.TopicPartition.init)) }
    func resume(_ partitions: [Kafka.TopicPartition]) {
        consumer.resume(partitions.map(KafkaClient.TopicPartition.init))
    }
    func seek(_ starts: [Kafka.TopicPartition: Kafka.StartOffset]) { consumer.seek(starts.clients) }

    func position(_ partitions: [Kafka.TopicPartition]) -> [Kafka.TopicPartition: Int64] {
        consumer.position(partitions.map(KafkaClient.TopicPartition.init)).platforms
    }

    func committed(
        _ partitions: [Kafka.TopicPartition], timeout: Duration
    ) throws(KafkaError) -> [Kafka.TopicPartition: Int64] {
        try call("committed offsets") { () throws(ClientError) in
            try consumer.committed(partitions.map(KafkaClient.TopicPartition.init), timeout: timeout)
        }.platforms
    }

    func commit(_ offsets: [Kafka.TopicPartition: Int64]) throws(KafkaError) {
        try call("committing") { () throws(ClientError) in
            try consumer.commit(offsets.clients, timeout: .seconds(30))
        }
    }

    func beginnings(of partitions: [Kafka.TopicPartition]) throws(KafkaError) -> [Kafka.TopicPartition: Int64] {
        try offsets(at: .beginning, of: partitions, countingOpen: true)
    }

    func ends(of partitions: [Kafka.TopicPartition]) throws(KafkaError) -> [Kafka.TopicPartition: Int64] {
        try offsets(at: .end, of: partitions, countingOpen: false)
    }

    func offsets(
        at time: OffsetTime, of partitions: [Kafka.TopicPartition], countingOpen: Bool,
        timeout: Duration = .seconds(10)
    ) throws(KafkaError) -> [Kafka.TopicPartition: Int64] {
        try call("offsets by time") { () throws(ClientError) in
            try consumer.offsets(
                at: time, of: partitions.map(KafkaClient.TopicPartition.init),
                isolation: countingOpen ? .readUncommitted : .readCommitted, timeout: timeout)
        }.platforms
    }

    func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        try call("partitions of \(topic)") { () throws(ClientError) in
            try consumer.partitionCount(of: topic, timeout: .seconds(30))
        }
    }

    func topicID(_ name: String) -> TopicID {
        if let index = topicNames.firstIndex(of: name) { return TopicID(rawValue: index) }
        topicNames.append(name)
        return TopicID(rawValue: topicNames.count - 1)
    }

    func topicName(_ id: TopicID) -> String { topicNames[id.rawValue] }
}
