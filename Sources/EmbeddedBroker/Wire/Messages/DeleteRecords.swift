/// The request that moves the start of partitions forward; versions 0...2.
struct DeleteRecordsRequest: WireRequest {
    typealias Response = DeleteRecordsResponse
    static let apiKey = APIKey.deleteRecords

    var topics: [Topic] = []
    var timeoutMilliseconds: Int32 = 0

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var offset: Int64 = 0
    }
}

extension DeleteRecordsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.array(version: version)
        timeoutMilliseconds = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(topics, version: version)
        writer.int32(timeoutMilliseconds)
        writer.endStructure()
    }
}

extension DeleteRecordsRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension DeleteRecordsRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        offset = try reader.int64()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(offset)
        writer.endStructure()
    }
}

/// The answer to ``DeleteRecordsRequest``.
struct DeleteRecordsResponse: WireMessage {
    static let apiKey = APIKey.deleteRecords

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var lowWatermark: Int64 = 0
        var errorCode = ErrorCode.none
    }
}

extension DeleteRecordsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension DeleteRecordsResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension DeleteRecordsResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        lowWatermark = try reader.int64()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(lowWatermark)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
