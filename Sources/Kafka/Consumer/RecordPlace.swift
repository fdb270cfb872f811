/// A partition, without its topic's name.
struct RecordPlace: Hashable {
    let topic: TopicID
    let partition: Int32
}
