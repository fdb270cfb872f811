/// The request that deletes a group's positions.
package struct OffsetDeleteRequest: KafkaRequest {
    package static let api = API("OffsetDelete", key: 47, versions: 0...0)
    package typealias Response = OffsetDeleteResponse

    package var groupID = ""
    package var topics: [TopicPartitions<Int32>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &topics)
    }
}

package struct OffsetDeleteResponse: KafkaMessage {
    package static var api: API { OffsetDeleteRequest.api }

    package var errorCode = ErrorCode.none
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [TopicPartitions<PartitionResult>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &throttleTimeMilliseconds, &topics)
    }
}
