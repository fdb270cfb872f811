/// The request that allots a producer id and epoch, fencing older users of a transactional id.
package struct InitProducerIDRequest: KafkaRequest {
    package static let api = API("InitProducerId", key: 22, versions: 0...5, flexibleFrom: 2)
    package typealias Response = InitProducerIDResponse

    package var transactionalID: String?
    package var transactionTimeoutMilliseconds: Int32 = 0
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &transactionTimeoutMilliseconds)
        try wire.fields(&producerID, &producerEpoch, since: 3)
    }
}

package struct InitProducerIDResponse: KafkaMessage {
    package static var api: API { InitProducerIDRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &errorCode, &producerID, &producerEpoch)
    }
}
