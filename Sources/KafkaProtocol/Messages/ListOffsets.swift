/// The request that finds offsets by timestamp, or the ends of partitions.
package struct ListOffsetsRequest: KafkaRequest {
    package static let api = API("ListOffsets", key: 2, versions: 1...7, flexibleFrom: 6, throttledFrom: 2)
    package typealias Response = ListOffsetsResponse

    package var replicaID: Int32 = 0
    package var isolationLevel: Int8 = 0
    package var topics: [TopicPartitions<Partition>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&replicaID)
        try wire.field(&isolationLevel, since: 2)
        try wire.field(&topics)
    }

    package struct Partition: WireStructure {
        package var partitionIndex: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var timestamp: Int64 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&partitionIndex)
            try wire.field(&currentLeaderEpoch, since: 4)
            try wire.field(&timestamp)
        }
    }
}

package typealias ListOffsetsResponse = PartitionsResponse<ListOffsetsRequest, ListOffsetsResult>

/// What was found in a partition.
package struct ListOffsetsResult: WireStructure {
    package var partitionIndex: Int32 = 0
    package var errorCode = ErrorCode.none
    package var timestamp: Int64 = -1
    package var offset: Int64 = -1
    package var leaderEpoch: Int32 = -1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitionIndex, &errorCode, &timestamp, &offset)
        try wire.field(&leaderEpoch, since: 4)
    }
}
