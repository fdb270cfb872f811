/// What a library gives to a ``KafkaAdmin``, which says what each call means.
protocol AdminDriver: AnyObject, Sendable {
    var status: ClientStatus { get }

    func metadata(topic: String?, timeout: Duration) async throws(KafkaError) -> ClusterMetadata
    func createTopics(_ topics: [NewTopic], timeout: Duration) async throws(KafkaError) -> [String]
    func deleteTopics(_ names: [String], timeout: Duration) async throws(KafkaError) -> [String]
    func createPartitions(topic: String, total: Int, timeout: Duration) async throws(KafkaError)
    func settings(ofTopic topic: String, timeout: Duration) async throws(KafkaError) -> [TopicSetting]
    func alterSettings(
        ofTopic topic: String, _ changes: [String: String?], timeout: Duration
    ) async throws(KafkaError)

    func groups(timeout: Duration) async throws(KafkaError) -> [GroupListing]
    func describe(groups names: [String], timeout: Duration) async throws(KafkaError) -> [GroupDescription]
    func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64]
    func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64]
    func endOffsets(
        _ partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64]
    func deleteRecords(
        before offsets: [TopicPartition: Int64], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64]

    func close(timeout: Duration) async -> Bool
}
