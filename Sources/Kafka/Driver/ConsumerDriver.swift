/// What a library gives to a ``KafkaConsumer``, which says what each call means. Any thread may call; `poll`,
/// `subscribe`, `assign` and `close` are of one thread at a time. `wakePoll` waits for none of them.
protocol ConsumerDriver: AnyObject, Sendable {
    var status: ClientStatus { get }
    var assignment: [TopicPartition] { get throws(KafkaError) }

    func topicID(_ name: String) -> TopicID
    func topicName(_ id: TopicID) -> String

    func subscribe(
        _ names: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: KafkaConsumer.AssignmentChoice?
    ) throws(KafkaError)
    func assign(_ starts: [(TopicPartition, StartOffset)]) throws(KafkaError)
    func pause(_ partitions: [TopicPartition]) throws(KafkaError)
    func resume(_ partitions: [TopicPartition]) throws(KafkaError)
    func seek(_ starts: [TopicPartition: StartOffset], timeout: Duration) throws(KafkaError)
    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch
    func wakePoll()

    func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64]
    func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64]
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError)
    func watermarks(_ partition: TopicPartition, timeout: Duration) throws(KafkaError) -> Watermarks
    func beginnings(of partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64]
    func ends(of partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64]
    func offsets(
        forTimes times: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64]
    func partitionCount(of topic: String, timeout: Duration) throws(KafkaError) -> Int32

    func close(timeout: Duration) -> Bool
}
