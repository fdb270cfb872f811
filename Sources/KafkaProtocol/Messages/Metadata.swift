/// The request that lists brokers, topics and partition leaders.
package struct MetadataRequest: KafkaRequest {
    package static let api = API("Metadata", key: 3, versions: 0...12, flexibleFrom: 9)
    package typealias Response = MetadataResponse

    package var topics: [Topic]?
    package var allowAutoTopicCreation = true
    package var includeClusterAuthorizedOperations = false
    package var includeTopicAuthorizedOperations = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&topics, nullableSince: 1)
        // Version 0 has no null and asks for all topics by naming none.
        if wire.version == 0, topics?.isEmpty == true { topics = nil }
        try wire.field(&allowAutoTopicCreation, since: 4)
        try wire.field(&includeClusterAuthorizedOperations, since: 8, until: 10)
        try wire.field(&includeTopicAuthorizedOperations, since: 8)
    }

    package struct Topic: WireStructure {
        /// From version 10 on.
        package var topicID = TopicID.none
        /// Nil for a topic that is asked for by its id.
        package var name: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&topicID, since: 10)
            try wire.field(&name, nullableSince: 10)
        }
    }
}

package struct MetadataResponse: KafkaMessage {
    package static var api: API { MetadataRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var brokers: [Broker] = []
    package var clusterID: String?
    package var controllerID: Int32 = -1
    package var topics: [Topic] = []
    package var clusterAuthorizedOperations: Int32 = .min

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 3)
        try wire.field(&brokers)
        try wire.field(&clusterID, since: 2)
        try wire.field(&controllerID, since: 1)
        try wire.field(&topics)
        try wire.field(&clusterAuthorizedOperations, since: 8, until: 10)
    }

    package struct Broker: WireStructure {
        package var nodeID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&nodeID, &host, &port)
            try wire.field(&rack, since: 1)
        }
    }

    package struct Topic: WireStructure {
        package var errorCode = ErrorCode.none
        /// Nil, in version 12, for a topic that was asked for by its id and is not there.
        package var name: String?
        package var topicID = TopicID.none
        package var isInternal = false
        package var partitions: [Partition] = []
        package var topicAuthorizedOperations: Int32 = .min

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&errorCode)
            try wire.field(&name, nullableSince: 12)
            try wire.field(&topicID, since: 10)
            try wire.field(&isInternal, since: 1)
            try wire.field(&partitions)
            try wire.field(&topicAuthorizedOperations, since: 8)
        }
    }

    package struct Partition: WireStructure {
        package var errorCode = ErrorCode.none
        package var partitionIndex: Int32 = 0
        package var leaderID: Int32 = 0
        package var leaderEpoch: Int32 = -1
        package var replicaNodes: [Int32] = []
        package var isrNodes: [Int32] = []
        package var offlineReplicas: [Int32] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&errorCode, &partitionIndex, &leaderID)
            try wire.field(&leaderEpoch, since: 7)
            try wire.fields(&replicaNodes, &isrNodes)
            try wire.field(&offlineReplicas, since: 5)
        }
    }
}
