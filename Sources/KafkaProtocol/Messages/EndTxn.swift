/// The request that commits or aborts a transaction. From version 5 on its answer has a new epoch (KIP-890).
package struct EndTxnRequest: KafkaRequest {
    package static let api = API("EndTxn", key: 26, versions: 0...5, flexibleFrom: 3)
    package typealias Response = EndTxnResponse

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var committed = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &producerID, &producerEpoch, &committed)
    }
}

package struct EndTxnResponse: KafkaMessage {
    package static var api: API { EndTxnRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    /// The identity for what comes after the transaction (KIP-890).
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &errorCode)
        try wire.fields(&producerID, &producerEpoch, since: 5)
    }
}
