/// The request that shows the producers that are active on partitions.
package struct DescribeProducersRequest: KafkaRequest {
    package static let api = API("DescribeProducers", key: 61, versions: 0...0, flexibleFrom: 0)
    package typealias Response = DescribeProducersResponse

    package var topics: [TopicPartitions<Int32>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&topics)
    }
}

package typealias DescribeProducersResponse = PartitionsResponse<DescribeProducersRequest, DescribeProducersResult>

/// The producers of one partition.
package struct DescribeProducersResult: WireStructure {
    package var partitionIndex: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var activeProducers: [ActiveProducer] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitionIndex, &errorCode, &errorMessage, &activeProducers)
    }

    package struct ActiveProducer: WireStructure {
        package var producerID: Int64 = 0
        package var producerEpoch: Int32 = 0
        package var lastSequence: Int32 = -1
        package var lastTimestamp: Int64 = -1
        package var coordinatorEpoch: Int32 = 0
        package var currentTxnStartOffset: Int64 = -1

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&producerID, &producerEpoch, &lastSequence, &lastTimestamp)
            try wire.fields(&coordinatorEpoch, &currentTxnStartOffset)
        }
    }
}
