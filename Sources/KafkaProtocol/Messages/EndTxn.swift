/// The request that commits or aborts a transaction.
package struct EndTxnRequest: KafkaRequest {
    package static let api = API("EndTxn", key: 26, versions: 0...3, flexibleFrom: 3)
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

package typealias EndTxnResponse = ErrorResponse<EndTxnRequest>
