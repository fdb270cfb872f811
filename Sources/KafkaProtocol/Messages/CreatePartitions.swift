/// The request that adds partitions to topics.
package struct CreatePartitionsRequest: KafkaRequest {
    package static let api = API("CreatePartitions", key: 37, versions: 0...3, flexibleFrom: 2)
    package typealias Response = CreatePartitionsResponse

    package var topics: [Topic] = []
    package var timeoutMilliseconds: Int32 = 0
    package var validateOnly = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topics, &timeoutMilliseconds, &validateOnly)
    }

    package struct Topic: WireStructure {
        package var name = ""
        package var count: Int32 = 0
        package var assignments: [Assignment]?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &count, &assignments)
        }
    }

    package struct Assignment: WireStructure {
        package var brokerIDs: [Int32] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&brokerIDs)
        }
    }
}

package typealias CreatePartitionsResponse = ResultsResponse<CreatePartitionsRequest, CreatePartitionsResult>

/// What became of the partitions of one topic.
package struct CreatePartitionsResult: WireStructure {
    package var name = ""
    package var errorCode = ErrorCode.none
    package var errorMessage: String?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&name, &errorCode, &errorMessage)
    }
}
