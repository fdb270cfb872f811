/// The request that stores a group's positions as part of a transaction.
package struct TxnOffsetCommitRequest: OffsetCommittingRequest {
    package static let api = API("TxnOffsetCommit", key: 28, versions: 0...5, flexibleFrom: 3)
    package typealias Response = TxnOffsetCommitResponse
    package static let firstLeaderEpochVersion: Int16 = 2

    package var transactionalID = ""
    package var groupID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var generationID: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var topics: [TopicPartitions<CommittedPartition<Self>>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &groupID, &producerID, &producerEpoch)
        try wire.fields(&generationID, &memberID, &groupInstanceID, since: 3)
        try wire.field(&topics)
    }
}

package typealias TxnOffsetCommitResponse = PartitionsResponse<TxnOffsetCommitRequest, PartitionResult>
