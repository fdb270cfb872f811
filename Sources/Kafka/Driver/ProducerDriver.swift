/// What a library gives to a ``KafkaProducer``, which says what each call means. Any thread may call.
protocol ProducerDriver: AnyObject, Sendable {
    var status: ClientStatus { get }
    var outstandingRecords: Int { get }

    func topic(_ name: String) throws(KafkaError) -> TopicHandle
    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [RecordHeader], whenFull: KafkaProducer.FullQueue
    ) throws(KafkaError)
    func send(
        to topic: TopicHandle, partition: Int32?, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader],
        timestamp: Int64?
    ) async throws(KafkaError) -> RecordMetadata
    func flush(timeout: Duration) throws(KafkaError)
    func takeFailures() -> KafkaError?
    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64]

    func initTransactions(timeout: Duration) throws(KafkaError)
    func beginTransaction() throws(KafkaError)
    /// - Parameter consumer: of the same library.
    func sendOffsets(
        _ offsets: [TopicPartition: Int64], of consumer: any ConsumerDriver, timeout: Duration
    ) throws(KafkaError)
    func commitTransaction(timeout: Duration) throws(KafkaError)
    func abortTransaction(timeout: Duration) throws(KafkaError)

    func close(timeout: Duration) -> Bool
}
