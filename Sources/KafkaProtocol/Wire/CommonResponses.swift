/// The answer of an API that says only whether it worked.
package struct ErrorResponse<Request: KafkaMessage>: KafkaMessage {
    package static var api: API { Request.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: Self.api.firstThrottledVersion)
        try wire.field(&errorCode)
    }
}

/// The answer of an API that says something for each thing that it was asked about.
package struct ResultsResponse<Request: KafkaMessage, Element: WireStructure>: KafkaMessage {
    package typealias Result = Element
    package static var api: API { Request.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var results: [Result] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: Self.api.firstThrottledVersion)
        try wire.field(&results)
    }
}

/// The answer of an API that says something for each partition.
package struct PartitionsResponse<Request: KafkaMessage, Part: WireValue & Hashable>: KafkaMessage {
    package typealias Topic = TopicPartitions<Part>
    package typealias Partition = Part
    package static var api: API { Request.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: Self.api.firstThrottledVersion)
        try wire.field(&topics)
    }
}
