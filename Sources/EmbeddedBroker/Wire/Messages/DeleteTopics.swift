/// The request that deletes topics; versions 0...5.
struct DeleteTopicsRequest: WireRequest {
    typealias Response = DeleteTopicsResponse
    static let apiKey = APIKey.deleteTopics

    var topicNames: [String] = []
    var timeoutMilliseconds: Int32 = 0
}

extension DeleteTopicsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topicNames = try reader.strings()
        timeoutMilliseconds = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.strings(topicNames)
        writer.int32(timeoutMilliseconds)
        writer.endStructure()
    }
}

/// The answer to ``DeleteTopicsRequest``.
struct DeleteTopicsResponse: WireMessage {
    static let apiKey = APIKey.deleteTopics

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
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
        name = try reader.string()
        errorCode = try reader.errorCode()
        if version >= 5 {
            errorMessage = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.errorCode(errorCode)
        if version >= 5 {
            writer.nullableString(errorMessage)
        }
        writer.endStructure()
    }
}
