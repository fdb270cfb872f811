/// The request that adds a consumer group's offsets to a transaction.
package struct AddOffsetsToTxnRequest: KafkaRequest {
    package static let api = API("AddOffsetsToTxn", key: 25, versions: 0...4, flexibleFrom: 3)
    package typealias Response = AddOffsetsToTxnResponse

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var groupID = ""

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &producerID, &producerEpoch, &groupID)
    }
}

package typealias AddOffsetsToTxnResponse = ErrorResponse<AddOffsetsToTxnRequest>
