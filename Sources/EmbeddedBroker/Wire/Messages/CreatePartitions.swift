/// The request that adds partitions to topics; versions 0...3.
struct CreatePartitionsRequest: WireRequest {
    typealias Response = CreatePartitionsResponse
    static let apiKey = APIKey.createPartitions

    var topics: [Topic] = []
    var timeoutMilliseconds: Int32 = 0
    var validateOnly = false

    struct Topic: WireStructure {
        var name = ""
        var count: Int32 = 0
        var assignments: [Assignment]?
    }

    struct Assignment: WireStructure {
        var brokerIDs: [Int32] = []
    }
}

extension CreatePartitionsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.array(version: version)
        timeoutMilliseconds = try reader.int32()
        validateOnly = try reader.bool()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(topics, version: version)
        writer.int32(timeoutMilliseconds)
        writer.bool(validateOnly)
        writer.endStructure()
    }
}

extension CreatePartitionsRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        count = try reader.int32()
        assignments = try reader.nullableArray(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.int32(count)
        writer.nullableArray(assignments, version: version)
        writer.endStructure()
    }
}

extension CreatePartitionsRequest.Assignment {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        brokerIDs = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32s(brokerIDs)
        writer.endStructure()
    }
}

/// The answer to ``CreatePartitionsRequest``.
struct CreatePartitionsResponse: WireMessage {
    static let apiKey = APIKey.createPartitions

    var throttleTimeMilliseconds: Int32 = 0
    var results: [Result] = []

    struct Result: WireStructure {
        var name = ""
        var errorCode = ErrorCode.none
        var errorMessage: String?
    }
}

extension CreatePartitionsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        results = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(results, version: version)
        writer.endStructure()
    }
}

extension CreatePartitionsResponse.Result {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.endStructure()
    }
}
