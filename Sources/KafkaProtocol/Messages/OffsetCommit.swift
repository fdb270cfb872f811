/// The request that stores a consumer group's positions.
package struct OffsetCommitRequest: OffsetCommittingRequest {
    package static let api = API("OffsetCommit", key: 8, versions: 2...8, flexibleFrom: 8, throttledFrom: 3)
    package typealias Response = OffsetCommitResponse
    package static let firstLeaderEpochVersion: Int16 = 6

    package var groupID = ""
    package var generationIDOrMemberEpoch: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var retentionTimeMilliseconds: Int64 = -1
    package var topics: [TopicPartitions<CommittedPartition<Self>>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &generationIDOrMemberEpoch, &memberID)
        try wire.field(&groupInstanceID, since: 7)
        try wire.field(&retentionTimeMilliseconds, until: 4)
        try wire.field(&topics)
    }
}

package typealias OffsetCommitResponse = PartitionsResponse<OffsetCommitRequest, PartitionResult>

/// A request that commits positions of a group.
package protocol OffsetCommittingRequest: KafkaRequest {
    /// The first version that says of which leader epoch the record before the position is.
    static var firstLeaderEpochVersion: Int16 { get }
}

/// What a group commits for one partition.
package struct CommittedPartition<Request: OffsetCommittingRequest>: WireStructure {
    package var partitionIndex: Int32 = 0
    package var committedOffset: Int64 = 0
    package var committedLeaderEpoch: Int32 = -1
    package var committedMetadata: String?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitionIndex, &committedOffset)
        try wire.field(&committedLeaderEpoch, since: Request.firstLeaderEpochVersion)
        try wire.field(&committedMetadata)
    }
}
