/// The request that lists brokers, topics and partition leaders; versions 0...12.
struct MetadataRequest: WireRequest {
    typealias Response = MetadataResponse
    static let apiKey = APIKey.metadata

    var topics: [Topic]?
    var allowAutoTopicCreation = true
    var includeClusterAuthorizedOperations = false
    var includeTopicAuthorizedOperations = false

    struct Topic: WireStructure {
        /// From version 10 on.
        var topicID = TopicID.none
        /// Nil for a topic that is asked for by its id.
        var name: String?
    }
}

extension MetadataRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.nullableArray(version: version)
        // Version 0 has no null and asks for all topics by naming none.
        if version == 0, topics == [] { topics = nil }
        if version >= 4 {
            allowAutoTopicCreation = try reader.bool()
        }
        if (8...10).contains(version) {
            includeClusterAuthorizedOperations = try reader.bool()
        }
        if version >= 8 {
            includeTopicAuthorizedOperations = try reader.bool()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.nullableArray(topics, version: version)
        } else {
            writer.array(topics ?? [], version: version)
        }
        if version >= 4 {
            writer.bool(allowAutoTopicCreation)
        }
        if (8...10).contains(version) {
            writer.bool(includeClusterAuthorizedOperations)
        }
        if version >= 8 {
            writer.bool(includeTopicAuthorizedOperations)
        }
        writer.endStructure()
    }
}

extension MetadataRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 10 {
            topicID = try reader.topicID()
            name = try reader.nullableString()
        } else {
            name = try reader.string()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 10 {
            writer.topicID(topicID)
            writer.nullableString(name)
        } else {
            writer.string(name ?? "")
        }
        writer.endStructure()
    }
}

/// The answer to ``MetadataRequest``.
struct MetadataResponse: WireMessage {
    static let apiKey = APIKey.metadata

    var throttleTimeMilliseconds: Int32 = 0
    var brokers: [Broker] = []
    var clusterID: String?
    var controllerID: Int32 = -1
    var topics: [Topic] = []
    var clusterAuthorizedOperations: Int32 = -2147483648

    struct Broker: WireStructure {
        var nodeID: Int32 = 0
        var host = ""
        var port: Int32 = 0
        var rack: String?
    }

    struct Topic: WireStructure {
        var errorCode = ErrorCode.none
        /// Nil, in version 12, for a topic that was asked for by its id and is not there.
        var name: String?
        var topicID = TopicID.none
        var isInternal = false
        var partitions: [Partition] = []
        var topicAuthorizedOperations: Int32 = -2147483648
    }

    struct Partition: WireStructure {
        var errorCode = ErrorCode.none
        var partitionIndex: Int32 = 0
        var leaderID: Int32 = 0
        var leaderEpoch: Int32 = -1
        var replicaNodes: [Int32] = []
        var isrNodes: [Int32] = []
        var offlineReplicas: [Int32] = []
    }
}

extension MetadataResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 3 {
            throttleTimeMilliseconds = try reader.int32()
        }
        brokers = try reader.array(version: version)
        if version >= 2 {
            clusterID = try reader.nullableString()
        }
        if version >= 1 {
            controllerID = try reader.int32()
        }
        topics = try reader.array(version: version)
        if (8...10).contains(version) {
            clusterAuthorizedOperations = try reader.int32()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.array(brokers, version: version)
        if version >= 2 {
            writer.nullableString(clusterID)
        }
        if version >= 1 {
            writer.int32(controllerID)
        }
        writer.array(topics, version: version)
        if (8...10).contains(version) {
            writer.int32(clusterAuthorizedOperations)
        }
        writer.endStructure()
    }
}

extension MetadataResponse.Broker {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        nodeID = try reader.int32()
        host = try reader.string()
        port = try reader.int32()
        if version >= 1 {
            rack = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(nodeID)
        writer.string(host)
        writer.int32(port)
        if version >= 1 {
            writer.nullableString(rack)
        }
        writer.endStructure()
    }
}

extension MetadataResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        name = version >= 12 ? try reader.nullableString() : try reader.string()
        if version >= 10 {
            topicID = try reader.topicID()
        }
        if version >= 1 {
            isInternal = try reader.bool()
        }
        partitions = try reader.array(version: version)
        if version >= 8 {
            topicAuthorizedOperations = try reader.int32()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        if version >= 12 {
            writer.nullableString(name)
        } else {
            writer.string(name ?? "")
        }
        if version >= 10 {
            writer.topicID(topicID)
        }
        if version >= 1 {
            writer.bool(isInternal)
        }
        writer.array(partitions, version: version)
        if version >= 8 {
            writer.int32(topicAuthorizedOperations)
        }
        writer.endStructure()
    }
}

extension MetadataResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        partitionIndex = try reader.int32()
        leaderID = try reader.int32()
        if version >= 7 {
            leaderEpoch = try reader.int32()
        }
        replicaNodes = try reader.int32s()
        isrNodes = try reader.int32s()
        if version >= 5 {
            offlineReplicas = try reader.int32s()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.int32(partitionIndex)
        writer.int32(leaderID)
        if version >= 7 {
            writer.int32(leaderEpoch)
        }
        writer.int32s(replicaNodes)
        writer.int32s(isrNodes)
        if version >= 5 {
            writer.int32s(offlineReplicas)
        }
        writer.endStructure()
    }
}
