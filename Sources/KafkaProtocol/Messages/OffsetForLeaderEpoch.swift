/// The request that finds where a leader epoch ends in a log.
package struct OffsetForLeaderEpochRequest: KafkaRequest {
    package static let api = API("OffsetForLeaderEpoch", key: 23, versions: 2...4, flexibleFrom: 4)
    package typealias Response = OffsetForLeaderEpochResponse

    package var replicaID: Int32 = -2
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&replicaID, since: 3)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Partition>

    package struct Partition: WireStructure {
        package var partition: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var leaderEpoch: Int32 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&partition)
            try wire.field(&currentLeaderEpoch)
            try wire.field(&leaderEpoch)
        }
    }
}

/// The answer to ``OffsetForLeaderEpochRequest``.
package struct OffsetForLeaderEpochResponse: KafkaMessage {
    package static var api: API { OffsetForLeaderEpochRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Partition>

    package struct Partition: WireStructure {
        package var errorCode = ErrorCode.none
        package var partition: Int32 = 0
        package var leaderEpoch: Int32 = -1
        package var endOffset: Int64 = -1

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&errorCode)
            try wire.field(&partition)
            try wire.field(&leaderEpoch)
            try wire.field(&endOffset)
        }
    }
}
