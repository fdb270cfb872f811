import NIOCore

/// The request that reads record batches from partitions.
///
/// From version 13 on topics are named by their ids. What later versions add is for replicas.
package struct FetchRequest: KafkaRequest {
    package static let api = API("Fetch", key: 1, versions: 4...17, flexibleFrom: 12)
    package typealias Response = FetchResponse

    package var replicaID: Int32 = -1
    package var maxWaitMilliseconds: Int32 = 0
    package var minBytes: Int32 = 0
    package var maxBytes: Int32 = .max
    package var isolationLevel: Int8 = 0
    package var sessionID: Int32 = 0
    package var sessionEpoch: Int32 = -1
    package var topics: [Topic] = []
    package var forgottenTopicsData: [ForgottenTopic] = []
    package var rackID = ""

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&replicaID, until: 14)
        try wire.fields(&maxWaitMilliseconds, &minBytes, &maxBytes, &isolationLevel)
        try wire.fields(&sessionID, &sessionEpoch, since: 7)
        try wire.field(&topics)
        try wire.field(&forgottenTopicsData, since: 7)
        try wire.field(&rackID, since: 11)
    }

    package typealias Topic = FetchTopic<Partition>

    package struct Partition: WireStructure {
        package var partition: Int32 = 0
        package var currentLeaderEpoch: Int32 = -1
        package var fetchOffset: Int64 = 0
        package var lastFetchedEpoch: Int32 = -1
        package var logStartOffset: Int64 = -1
        package var partitionMaxBytes: Int32 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&partition)
            try wire.field(&currentLeaderEpoch, since: 9)
            try wire.field(&fetchOffset)
            try wire.field(&lastFetchedEpoch, since: 12)
            try wire.field(&logStartOffset, since: 5)
            try wire.field(&partitionMaxBytes)
        }
    }

    package typealias ForgottenTopic = FetchTopic<Int32>
}

/// Partitions of a topic in the messages of Fetch.
package struct FetchTopic<Partition: WireValue & Hashable>: WireStructure {
    /// Before version 13.
    package var topic = ""
    /// From version 13 on.
    package var topicID = TopicID.none
    package var partitions: [Partition] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&topicID, since: 13)
        try wire.field(&topic, until: 12)
        try wire.field(&partitions)
    }
}

package struct FetchResponse: KafkaMessage {
    package static var api: API { FetchRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var sessionID: Int32 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds)
        try wire.fields(&errorCode, &sessionID, since: 7)
        try wire.field(&topics)
    }

    package typealias Topic = FetchTopic<Partition>

    package struct Partition: WireStructure {
        package var partitionIndex: Int32 = 0
        package var errorCode = ErrorCode.none
        package var highWatermark: Int64 = 0
        package var lastStableOffset: Int64 = -1
        package var logStartOffset: Int64 = -1
        package var abortedTransactions: [AbortedTransaction]?
        package var preferredReadReplica: Int32 = -1
        package var records: ByteBuffer? = ByteBuffer()

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &errorCode, &highWatermark, &lastStableOffset)
            try wire.field(&logStartOffset, since: 5)
            try wire.field(&abortedTransactions)
            try wire.field(&preferredReadReplica, since: 11)
            try wire.field(&records)
        }
    }

    package struct AbortedTransaction: WireStructure {
        package var producerID: Int64 = 0
        package var firstOffset: Int64 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&producerID, &firstOffset)
        }
    }
}
