/// The request that reads a consumer group's positions.
package struct OffsetFetchRequest: KafkaRequest {
    package static let api = API("OffsetFetch", key: 9, versions: 1...8, flexibleFrom: 6)
    package typealias Response = OffsetFetchResponse

    package var groupID = ""
    package var topics: [TopicPartitions<Int32>]?
    package var groups: [Group] = []
    package var requireStable = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&groupID, until: 7)
        try wire.field(&topics, until: 7, nullableSince: 2)
        try wire.field(&groups, since: 8)
        try wire.field(&requireStable, since: 7)
    }

    package struct Group: WireStructure {
        package var groupID = ""
        package var topics: [TopicPartitions<Int32>]?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&groupID, &topics)
        }
    }
}

package struct OffsetFetchResponse: KafkaMessage {
    package static var api: API { OffsetFetchRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [TopicPartitions<Partition>] = []
    package var errorCode = ErrorCode.none
    package var groups: [Group] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 3)
        try wire.field(&topics, until: 7)
        try wire.field(&errorCode, since: 2, until: 7)
        try wire.field(&groups, since: 8)
    }

    package struct Partition: WireStructure {
        package var partitionIndex: Int32 = 0
        package var committedOffset: Int64 = 0
        package var committedLeaderEpoch: Int32 = -1
        package var metadata: String?
        package var errorCode = ErrorCode.none

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &committedOffset)
            try wire.field(&committedLeaderEpoch, since: 5)
            try wire.fields(&metadata, &errorCode)
        }
    }

    package struct Group: WireStructure {
        package var groupID = ""
        package var topics: [TopicPartitions<Partition>] = []
        package var errorCode = ErrorCode.none

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&groupID, &topics, &errorCode)
        }
    }
}
