import KafkaClient

// The two clients name the same things alike, in types of their own.

extension KafkaClient.TopicPartition {
    init(_ place: Kafka.TopicPartition) { self.init(topic: place.topic, partition: place.partition) }
}

extension Kafka.TopicPartition {
    init(_ place: KafkaClient.TopicPartition) { self.init(topic: place.topic, partition: place.partition) }
}

extension KafkaClient.StartOffset {
    init(_ start: Kafka.StartOffset) {
        switch start {
        case .offset(let offset): self = .offset(offset)
        case .beginning: self = .beginning
        case .end: self = .end
        case .committed: self = .committed
        }
    }
}

extension Kafka.RebalanceEvent {
    init(_ event: KafkaClient.RebalanceEvent) {
        switch event {
        case .assigned(let places): self = .assigned(places.map(Kafka.TopicPartition.init))
        case .revoked(let places): self = .revoked(places.map(Kafka.TopicPartition.init))
        case .lost(let places): self = .lost(places.map(Kafka.TopicPartition.init))
        }
    }
}

extension Array where Element == Kafka.RecordHeader {
    var clients: [KafkaClient.RecordHeader] { map { KafkaClient.RecordHeader(name: $0.name, value: $0.value) } }
}

extension Dictionary where Key == Kafka.TopicPartition, Value == Kafka.StartOffset {
    var clients: [KafkaClient.TopicPartition: KafkaClient.StartOffset] {
        Dictionary<KafkaClient.TopicPartition, KafkaClient.StartOffset>(
            uniqueKeysWithValues: map { (.init($0.key), .init($0.value)) })
    }
}

extension Dictionary where Key == Kafka.TopicPartition, Value == Int64 {
    var clients: [KafkaClient.TopicPartition: Int64] {
        Dictionary<KafkaClient.TopicPartition, Int64>(uniqueKeysWithValues: map { (.init($0.key), $0.value) })
    }
}

extension Dictionary where Key == KafkaClient.TopicPartition, Value == Int64 {
    var platforms: [Kafka.TopicPartition: Int64] {
        Dictionary<Kafka.TopicPartition, Int64>(uniqueKeysWithValues: map { (.init($0.key), $0.value) })
    }
}
