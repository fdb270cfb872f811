/// The request that adds partitions to a transaction.
package struct AddPartitionsToTxnRequest: KafkaRequest {
    package static let api = API("AddPartitionsToTxn", key: 24, versions: 0...3, flexibleFrom: 3)
    package typealias Response = AddPartitionsToTxnResponse

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&transactionalID)
        try wire.field(&producerID)
        try wire.field(&producerEpoch)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Int32>
}

/// The answer to ``AddPartitionsToTxnRequest``.
package struct AddPartitionsToTxnResponse: KafkaMessage {
    package static var api: API { AddPartitionsToTxnRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Partition>

    package typealias Partition = PartitionResult
}
