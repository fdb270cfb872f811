/// The request that finds where a leader epoch ends in a log.
package struct OffsetForLeaderEpochRequest: KafkaRequest {
    package static let api = API("OffsetForLeaderEpoch", key: 23, versions: 2...4, flexibleFrom: 4)
    package typealias Response = OffsetForLeaderEpochResponse

    package var replicaID: Int32 = -2
    package var topics: [TopicPartitions<Partition>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&replicaID, since: 3)
        try wire.field(&topics)
    }

    package struct Partition: WireStructure {
        package var partition: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var leaderEpoch: Int32 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partition, &currentLeaderEpoch, &leaderEpoch)
        }
    }
}

package typealias OffsetForLeaderEpochResponse = PartitionsResponse<
    OffsetForLeaderEpochRequest, OffsetForLeaderEpochResult
>

/// What became of a partition.
package struct OffsetForLeaderEpochResult: WireStructure {
    package var errorCode = ErrorCode.none
    package var partition: Int32 = 0
    package var leaderEpoch: Int32 = -1
    package var endOffset: Int64 = -1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &partition, &leaderEpoch, &endOffset)
    }
}
