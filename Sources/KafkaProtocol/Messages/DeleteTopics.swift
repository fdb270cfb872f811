/// The request that deletes topics.
package struct DeleteTopicsRequest: KafkaRequest {
    package static let api = API("DeleteTopics", key: 20, versions: 0...6, flexibleFrom: 4, throttledFrom: 1)
    package typealias Response = DeleteTopicsResponse

    /// From version 6 on.
    package var topics: [Topic] = []
    /// Before version 6.
    package var topicNames: [String] = []
    package var timeoutMilliseconds: Int32 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&topics, since: 6)
        try wire.field(&topicNames, until: 5)
        try wire.field(&timeoutMilliseconds)
    }

    /// A topic by its name or by its id.
    package struct Topic: WireStructure {
        package var name: String?
        package var topicID = TopicID.none

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &topicID)
        }
    }
}

package typealias DeleteTopicsResponse = ResultsResponse<DeleteTopicsRequest, DeleteTopicsResult>

/// What became of one topic.
package struct DeleteTopicsResult: WireStructure {
    /// Nil, in version 6, for a topic that was named by its id and is not there.
    package var name: String?
    package var topicID = TopicID.none
    package var errorCode = ErrorCode.none
    package var errorMessage: String?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&name, nullableSince: 6)
        try wire.field(&topicID, since: 6)
        try wire.field(&errorCode)
        try wire.field(&errorMessage, since: 5)
    }
}
