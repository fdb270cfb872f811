import Kafka
import KafkaProtocol

// Both modules have these names.
typealias Place = Kafka.TopicPartition
typealias TopicNumber = Kafka.TopicID

extension KafkaError {
    /// The refusal of a request, in the words of the client library.
    init(_ code: ErrorCode, _ what: String, isFatal: Bool = false, mustAbort: Bool = false, isRetriable: Bool? = nil) {
        self.init(
            code: Code(rawValue: Int32(code.rawValue)), message: "\(what) was refused: \(code)",
            isRetriable: isRetriable,
            isFatal: isFatal, mustAbortTransaction: mustAbort)
    }

    static let dead = KafkaError(code: .closed, message: "the process is dead", isFatal: true)

    static func away(_ what: String) -> KafkaError { KafkaError(code: .transport, message: "\(what): no connection") }

    static func late(_ what: String) -> KafkaError {
        KafkaError(code: .timedOut, message: "\(what): no answer in time")
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension Sequence where Element == Place {
    /// By topic, both in order.
    var byTopic: [TopicPartitions<Int32>] {
        var topics: [String: [Int32]] = [:]
        for place in self { topics[place.topic, default: []].append(place.partition) }
        return topics.keys.sorted().map { TopicPartitions(name: $0, partitions: topics[$0]!.sorted()) }
    }
}
