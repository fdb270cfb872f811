/// The request that creates topics; versions 0...7.
struct CreateTopicsRequest: WireRequest {
    typealias Response = CreateTopicsResponse
    static let apiKey = APIKey.createTopics

    var topics: [Topic] = []
    var timeoutMilliseconds: Int32 = 60000
    var validateOnly = false

    struct Topic: WireStructure {
        var name = ""
        var numPartitions: Int32 = 0
        var replicationFactor: Int16 = 0
        var assignments: [Assignment] = []
        var configs: [Config] = []
    }

    struct Assignment: WireStructure {
        var partitionIndex: Int32 = 0
        var brokerIDs: [Int32] = []
    }

    struct Config: WireStructure {
        var name = ""
        var value: String?
    }
}

extension CreateTopicsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.array(version: version)
        timeoutMilliseconds = try reader.int32()
        if version >= 1 {
            validateOnly = try reader.bool()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(topics, version: version)
        writer.int32(timeoutMilliseconds)
        if version >= 1 {
            writer.bool(validateOnly)
        }
        writer.endStructure()
    }
}

extension CreateTopicsRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        numPartitions = try reader.int32()
        replicationFactor = try reader.int16()
        assignments = try reader.array(version: version)
        configs = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.int32(numPartitions)
        writer.int16(replicationFactor)
        writer.array(assignments, version: version)
        writer.array(configs, version: version)
        writer.endStructure()
    }
}

extension CreateTopicsRequest.Assignment {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        brokerIDs = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int32s(brokerIDs)
        writer.endStructure()
    }
}

extension CreateTopicsRequest.Config {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        value = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.nullableString(value)
        writer.endStructure()
    }
}

/// The answer to ``CreateTopicsRequest``.
struct CreateTopicsResponse: WireMessage {
    static let apiKey = APIKey.createTopics

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var topicID = TopicID.none
        var errorCode = ErrorCode.none
        var errorMessage: String?
        var numPartitions: Int32 = -1
        var replicationFactor: Int16 = -1
        var configs: [Config]?
    }

    struct Config: WireStructure {
        var name = ""
        var value: String?
        var readOnly = false
        var configSource: Int8 = -1
        var isSensitive = false
    }
}

extension CreateTopicsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 2 {
            throttleTimeMilliseconds = try reader.int32()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 2 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension CreateTopicsResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        if version >= 7 {
            topicID = try reader.topicID()
        }
        errorCode = try reader.errorCode()
        if version >= 1 {
            errorMessage = try reader.nullableString()
        }
        if version >= 5 {
            numPartitions = try reader.int32()
            replicationFactor = try reader.int16()
            configs = try reader.nullableArray(version: version)
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        if version >= 7 {
            writer.topicID(topicID)
        }
        writer.errorCode(errorCode)
        if version >= 1 {
            writer.nullableString(errorMessage)
        }
        if version >= 5 {
            writer.int32(numPartitions)
            writer.int16(replicationFactor)
            writer.nullableArray(configs, version: version)
        }
        writer.endStructure()
    }
}

extension CreateTopicsResponse.Config {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        value = try reader.nullableString()
        readOnly = try reader.bool()
        configSource = try reader.int8()
        isSensitive = try reader.bool()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.nullableString(value)
        writer.bool(readOnly)
        writer.int8(configSource)
        writer.bool(isSensitive)
        writer.endStructure()
    }
}
