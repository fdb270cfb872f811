/// What a group commits for one partition. OffsetCommit and TxnOffsetCommit have it, from different versions on.
package protocol CommittedPartition: WireStructure {
    var partitionIndex: Int32 { get }
    var committedOffset: Int64 { get }
    var committedLeaderEpoch: Int32 { get }
    var committedMetadata: String? { get }
}

/// The request that stores a consumer group's positions.
package struct OffsetCommitRequest: KafkaRequest {
    package static let api = API("OffsetCommit", key: 8, versions: 2...8, flexibleFrom: 8)
    package typealias Response = OffsetCommitResponse

    package var groupID = ""
    package var generationIDOrMemberEpoch: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var retentionTimeMilliseconds: Int64 = -1
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &generationIDOrMemberEpoch, &memberID)
        try wire.field(&groupInstanceID, since: 7)
        try wire.field(&retentionTimeMilliseconds, until: 4)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Partition>

    package struct Partition: CommittedPartition {
        package var partitionIndex: Int32 = 0
        package var committedOffset: Int64 = 0
        package var committedLeaderEpoch: Int32 = -1
        package var committedMetadata: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &committedOffset)
            try wire.field(&committedLeaderEpoch, since: 6)
            try wire.field(&committedMetadata)
        }
    }
}

package struct OffsetCommitResponse: KafkaMessage {
    package static var api: API { OffsetCommitRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 3)
        try wire.field(&topics)
    }

    package typealias Topic = TopicPartitions<Partition>

    package typealias Partition = PartitionResult
}
