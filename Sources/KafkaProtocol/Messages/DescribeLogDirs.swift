/// The request that shows the sizes of logs on disk.
package struct DescribeLogDirsRequest: KafkaRequest {
    package static let api = API("DescribeLogDirs", key: 35, versions: 1...4, flexibleFrom: 2)
    package typealias Response = DescribeLogDirsResponse

    package var topics: [TopicPartitions<Int32>]?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&topics)
    }
}

package struct DescribeLogDirsResponse: KafkaMessage {
    package static var api: API { DescribeLogDirsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var results: [Result] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds)
        try wire.field(&errorCode, since: 3)
        try wire.field(&results)
    }

    package struct Result: WireStructure {
        package var errorCode = ErrorCode.none
        package var logDir = ""
        package var topics: [TopicPartitions<Partition>] = []
        package var totalBytes: Int64 = -1
        package var usableBytes: Int64 = -1

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&errorCode, &logDir, &topics)
            try wire.fields(&totalBytes, &usableBytes, since: 4)
        }
    }

    package struct Partition: WireStructure {
        package var partitionIndex: Int32 = 0
        package var partitionSize: Int64 = 0
        package var offsetLag: Int64 = 0
        package var isFutureKey = false

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &partitionSize, &offsetLag, &isFutureKey)
        }
    }
}
