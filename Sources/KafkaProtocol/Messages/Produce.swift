import NIOCore

/// The request that appends record batches to partitions.
package struct ProduceRequest: KafkaRequest {
    package static let api = API("Produce", key: 0, versions: 3...12, flexibleFrom: 9)
    package typealias Response = ProduceResponse

    package var transactionalID: String?
    package var acks: Int16 = 0
    package var timeoutMilliseconds: Int32 = 0
    package var topics: [TopicPartitions<Partition>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&transactionalID, &acks, &timeoutMilliseconds, &topics)
    }

    package struct Partition: WireStructure {
        package var index: Int32 = 0
        package var records: ByteBuffer?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&index, &records)
        }
    }
}

package struct ProduceResponse: KafkaMessage {
    package static var api: API { ProduceRequest.api }

    package var topics: [TopicPartitions<Partition>] = []
    package var throttleTimeMilliseconds: Int32 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topics, &throttleTimeMilliseconds)
    }

    package struct Partition: WireStructure {
        package var index: Int32 = 0
        package var errorCode = ErrorCode.none
        package var baseOffset: Int64 = 0
        package var logAppendTimeMilliseconds: Int64 = -1
        package var logStartOffset: Int64 = -1
        package var recordErrors: [RecordError] = []
        package var errorMessage: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&index, &errorCode, &baseOffset, &logAppendTimeMilliseconds)
            try wire.field(&logStartOffset, since: 5)
            try wire.fields(&recordErrors, &errorMessage, since: 8)
        }
    }

    package struct RecordError: WireStructure {
        package var batchIndex: Int32 = 0
        package var batchIndexErrorMessage: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&batchIndex, &batchIndexErrorMessage)
        }
    }
}
