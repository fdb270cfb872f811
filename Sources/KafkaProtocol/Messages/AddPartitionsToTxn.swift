/// The request that adds partitions to a transaction.
package struct AddPartitionsToTxnRequest: KafkaRequest {
    package static let api = API("AddPartitionsToTxn", key: 24, versions: 0...3, flexibleFrom: 3)
    package typealias Response = AddPartitionsToTxnResponse

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var topics: [TopicPartitions<Int32>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &producerID, &producerEpoch, &topics)
    }
}

package typealias AddPartitionsToTxnResponse = PartitionsResponse<AddPartitionsToTxnRequest, PartitionResult>
