import Kafka
import KafkaClient

// The producer.
extension SwiftTaskClient {
    func initTransactions(timeout: Duration) throws(KafkaError) {
        try call("initialising transactions") { () throws(ClientError) in
            try producer.initTransactions(timeout: timeout)
        }
    }

    func beginTransaction() {
        isInTransaction = true
        producer.beginTransaction()
    }

    func topic(_ name: String) -> TopicHandle {
        if let index = outputs.firstIndex(where: { $0.name == name }) { return TopicHandle(index: index) }
        outputs.append((name, nil))
        return TopicHandle(index: outputs.count - 1)
    }

    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [Kafka.RecordHeader]
    ) throws(KafkaError) {
        let headers = headers.isEmpty ? [] : headers.map { KafkaClient.RecordHeader(name: $0.name, value: $0.value) }
        func append(to output: KafkaClient.KafkaProducer.Topic) throws(ClientError) {
            try producer.append(
                output, key: key, value: value, partition: partition, timestamp: timestamp, headers: headers)
        }
        do throws(ClientError) {
            if let output = outputs[topic.index].topic {
                do throws(ClientError) {
                    return try append(to: output)
                } catch {
                    // The topic may have grown.
                    guard error.code == .unknownPartition else { throw error }
                }
            }
            let output = try producer.topic(outputs[topic.index].name, partitions: Int(partition) + 1)
            outputs[topic.index].topic = output
            try append(to: output)
        } catch {
            throw KafkaError(
                error, in: "\(name): producing to \(outputs[topic.index].name)[\(partition)]",
                connection: producer.connectionError)
        }
    }

    func sendOffsets(_ offsets: [Kafka.TopicPartition: Int64]) {
        if offsets.isEmpty { return }
        producer.sendOffsets(offsets.clients, of: consumer)
    }

    func commitTransaction(timeout: Duration) throws(KafkaError) {
        try call("committing a transaction") { () throws(ClientError) in
            try producer.commitTransaction(timeout: timeout)
        }
        isInTransaction = false
    }

    func abortTransaction(timeout: Duration) throws(KafkaError) {
        try call("aborting a transaction") { () throws(ClientError) in
            try producer.abortTransaction(timeout: timeout)
        }
        isInTransaction = false
    }

    /// What is open holds up whoever reads committed records, until the broker gives it up by its timeout.
    func abandonTransaction() {
        guard isInTransaction, isConnected else { return }
        do throws(KafkaError) {
            try abortTransaction(timeout: .seconds(5))
        } catch {
            logger.debug("closing with a transaction that is open", metadata: ["error": "\(error)"])
        }
    }

    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        outputs[topic.index].topic.map { producer.takeDeliveredOffsets(of: $0) } ?? [:]
    }
}
