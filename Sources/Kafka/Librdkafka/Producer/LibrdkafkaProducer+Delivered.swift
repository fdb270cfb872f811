extension LibrdkafkaProducer {
    /// For each partition of the topic, the offset after the last record that this producer had acknowledged since
    /// it was last asked. After a commit: how far the transaction's own records reach.
    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        reports.takeReached(topics.topic(topic))
    }
}
