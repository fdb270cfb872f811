import Kafka

/// What the loop needs of Kafka, and all that it needs: a member of a consumer group, with one transactional producer.
///
/// ``KafkaTaskClient`` has the module Kafka behind it. Each client, also a simulated one, has to keep these promises:
///
/// - `poll` hands out committed records only, in the order of each partition's log, and calls the two handlers given to
///   `subscribe`.
/// - What is produced between `beginTransaction` and `commitTransaction`, and the offsets that are sent, are seen
///   together or not at all.
/// - `initTransactions` fences off any earlier client with the same transactional id, and has its open transaction
///   aborted.
///
/// All calls come from the task's thread and may block. Offsets are those of the *next* record to read.
package protocol TaskClient: AnyObject {
    /// A connection to at least one broker stands.
    var isConnected: Bool { get }
    /// No broker could be reached when last tried.
    var allBrokersDown: Bool { get }

    // MARK: the member

    /// Joins the group. Both handlers are called inside `poll`: first `choose`, then `onRebalance`.
    func subscribe(
        _ topics: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: @escaping KafkaConsumer.AssignmentChoice
    ) throws(KafkaError)
    /// Waits for records, takes those that are there, and answers rebalances.
    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch
    func pause(_ partitions: [TopicPartition]) throws(KafkaError)
    func resume(_ partitions: [TopicPartition]) throws(KafkaError)
    func seek(_ starts: [TopicPartition: StartOffset]) throws(KafkaError)
    /// Behind what was delivered of each partition, and behind the markers that follow it.
    func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64]
    /// The group's offsets, once no transaction on them is pending.
    func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition: Int64]
    /// Commits offsets outside any transaction, and waits for the answer.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError)
    func beginnings(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64]
    func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64]
    func partitionCount(of topic: String) throws(KafkaError) -> Int32
    /// The number that records of a topic carry, and back.
    func topicID(_ name: String) -> TopicID
    func topicName(_ id: TopicID) -> String

    // MARK: the producer

    func initTransactions(timeout: Duration) throws(KafkaError)
    func beginTransaction() throws(KafkaError)
    func topic(_ name: String) throws(KafkaError) -> TopicHandle
    /// Copies the record and does not wait for it, unless too many are on their way.
    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?,
        headers: [RecordHeader]
    ) throws(KafkaError)
    /// Makes the member's progress part of the transaction. Refused where its group has moved on without it.
    func sendOffsets(_ offsets: [TopicPartition: Int64]) throws(KafkaError)
    /// After a retriable error it is open whether the commit happened: it is called again.
    func commitTransaction(timeout: Duration) throws(KafkaError)
    func abortTransaction(timeout: Duration) throws(KafkaError)
    /// For each partition of the topic, the offset behind the last record acknowledged since this was last asked.
    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64]

    // MARK: reading again, beside the group

    /// Where partitions of a topic begin and end. With `countingOpen` the records of open transactions count as there.
    func watermarks(of topic: String, _ partitions: [Int32], countingOpen: Bool) throws(KafkaError) -> [Int32:
        Watermarks]
    /// Hands over the committed records of these ranges, with the next offset of each partition that went on.
    ///
    /// - Returns: how many records it was.
    func replay(
        _ topic: String, _ ranges: [Int32: Range<Int64>],
        _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void
    ) throws -> Int

    /// Leaves the group and frees everything.
    func close()
}
