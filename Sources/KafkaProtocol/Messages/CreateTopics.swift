/// The request that creates topics.
package struct CreateTopicsRequest: KafkaRequest {
    package static let api = API("CreateTopics", key: 19, versions: 0...7, flexibleFrom: 5, throttledFrom: 2)
    package typealias Response = CreateTopicsResponse

    package var topics: [Topic] = []
    package var timeoutMilliseconds: Int32 = 60000
    package var validateOnly = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topics, &timeoutMilliseconds)
        try wire.field(&validateOnly, since: 1)
    }

    package struct Topic: WireStructure {
        package var name = ""
        package var numPartitions: Int32 = 0
        package var replicationFactor: Int16 = 0
        package var assignments: [Assignment] = []
        package var configs: [Config] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &numPartitions, &replicationFactor, &assignments)
            try wire.field(&configs)
        }
    }

    package struct Assignment: WireStructure {
        package var partitionIndex: Int32 = 0
        package var brokerIDs: [Int32] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&partitionIndex, &brokerIDs)
        }
    }

    package typealias Config = AlterConfigsRequest.Config
}

package typealias CreateTopicsResponse = ResultsResponse<CreateTopicsRequest, CreateTopicsResult>

/// What became of one topic.
package struct CreateTopicsResult: WireStructure {
    package var name = ""
    package var topicID = TopicID.none
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var numPartitions: Int32 = -1
    package var replicationFactor: Int16 = -1
    package var configs: [Config]?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&name)
        try wire.field(&topicID, since: 7)
        try wire.field(&errorCode)
        try wire.field(&errorMessage, since: 1)
        try wire.fields(&numPartitions, &replicationFactor, &configs, since: 5)
    }

    package struct Config: WireStructure {
        package var name = ""
        package var value: String?
        package var readOnly = false
        package var configSource: Int8 = -1
        package var isSensitive = false

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &value, &readOnly, &configSource)
            try wire.field(&isSensitive)
        }
    }
}
