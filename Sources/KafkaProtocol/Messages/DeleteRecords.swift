/// The request that moves the start of partitions forward.
package struct DeleteRecordsRequest: KafkaRequest {
    package static let api = API("DeleteRecords", key: 21, versions: 0...2, flexibleFrom: 2)
    package typealias Response = DeleteRecordsResponse

    package var topics: [TopicPartitions<Partition>] = []
    package var timeoutMilliseconds: Int32 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topics, &timeoutMilliseconds)
    }

    package struct Partition: WireStructure {
        package var partitionIndex: Int32 = 0
        package var offset: Int64 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &offset)
        }
    }
}

package typealias DeleteRecordsResponse = PartitionsResponse<DeleteRecordsRequest, DeleteRecordsResult>

/// What became of a partition.
package struct DeleteRecordsResult: WireStructure {
    package var partitionIndex: Int32 = 0
    package var lowWatermark: Int64 = 0
    package var errorCode = ErrorCode.none

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitionIndex, &lowWatermark, &errorCode)
    }
}
