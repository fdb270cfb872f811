/// The request that deletes a group's positions; version 0.
struct OffsetDeleteRequest: WireRequest {
    typealias Response = OffsetDeleteResponse
    static let apiKey = APIKey.offsetDelete

    var groupID = ""
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
    }
}

extension OffsetDeleteRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        topics = try reader.array(version: version)
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.array(topics, version: version)
    }
}

extension OffsetDeleteRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitions = try reader.array(version: version)
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.array(partitions, version: version)
    }
}

extension OffsetDeleteRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
    }
}

/// The answer to ``OffsetDeleteRequest``.
struct OffsetDeleteResponse: WireMessage {
    static let apiKey = APIKey.offsetDelete

    var errorCode = ErrorCode.none
    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var errorCode = ErrorCode.none
    }
}

extension OffsetDeleteResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        throttleTimeMilliseconds = try reader.int32()
        topics = try reader.array(version: version)
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.int32(throttleTimeMilliseconds)
        writer.array(topics, version: version)
    }
}

extension OffsetDeleteResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitions = try reader.array(version: version)
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.array(partitions, version: version)
    }
}

extension OffsetDeleteResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
    }
}
