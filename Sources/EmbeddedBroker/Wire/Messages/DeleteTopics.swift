/// The request that deletes topics; versions 0...6.
struct DeleteTopicsRequest: WireRequest {
    typealias Response = DeleteTopicsResponse
    static let apiKey = APIKey.deleteTopics

    /// From version 6 on.
    var topics: [Topic] = []
    /// Before version 6.
    var topicNames: [String] = []
    var timeoutMilliseconds: Int32 = 0

    /// A topic by its name or by its id.
    struct Topic: WireStructure {
        var name: String?
        var topicID = TopicID.none
    }
}

extension DeleteTopicsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 6 {
            topics = try reader.array(version: version)
        } else {
            topicNames = try reader.strings()
        }
        timeoutMilliseconds = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 6 {
            writer.array(topics, version: version)
        } else {
            writer.strings(topicNames)
        }
        writer.int32(timeoutMilliseconds)
        writer.endStructure()
    }
}

extension DeleteTopicsRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.nullableString()
        topicID = try reader.topicID()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.nullableString(name)
        writer.topicID(topicID)
        writer.endStructure()
    }
}

/// The answer to ``DeleteTopicsRequest``.
struct DeleteTopicsResponse: WireMessage {
    static let apiKey = APIKey.deleteTopics

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        /// Nil, in version 6, for a topic that was named by its id and is not there.
        var name: String?
        var topicID = TopicID.none
        var errorCode = ErrorCode.none
        var errorMessage: String?
    }
}

extension DeleteTopicsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension DeleteTopicsResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 6 {
            name = try reader.nullableString()
            topicID = try reader.topicID()
        } else {
            name = try reader.string()
        }
        errorCode = try reader.errorCode()
        if version >= 5 {
            errorMessage = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 6 {
            writer.nullableString(name)
            writer.topicID(topicID)
        } else {
            writer.string(name ?? "")
        }
        writer.errorCode(errorCode)
        if version >= 5 {
            writer.nullableString(errorMessage)
        }
        writer.endStructure()
    }
}
