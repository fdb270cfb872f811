/// The request that finds offsets by timestamp, or the ends of partitions; versions 1...7.
struct ListOffsetsRequest: WireRequest {
    typealias Response = ListOffsetsResponse
    static let apiKey = APIKey.listOffsets

    var replicaID: Int32 = 0
    var isolationLevel: Int8 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var currentLeaderEpoch: Int32 = -1
        var timestamp: Int64 = 0
    }
}

extension ListOffsetsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        replicaID = try reader.int32()
        if version >= 2 {
            isolationLevel = try reader.int8()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(replicaID)
        if version >= 2 {
            writer.int8(isolationLevel)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension ListOffsetsRequest.Topic {
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

extension ListOffsetsRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        if version >= 4 {
            currentLeaderEpoch = try reader.int32()
        }
        timestamp = try reader.int64()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        if version >= 4 {
            writer.int32(currentLeaderEpoch)
        }
        writer.int64(timestamp)
        writer.endStructure()
    }
}

/// The answer to ``ListOffsetsRequest``.
struct ListOffsetsResponse: WireMessage {
    static let apiKey = APIKey.listOffsets

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var errorCode = ErrorCode.none
        var timestamp: Int64 = -1
        var offset: Int64 = -1
        var leaderEpoch: Int32 = -1
    }
}

extension ListOffsetsResponse {
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

extension ListOffsetsResponse.Topic {
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

extension ListOffsetsResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
        timestamp = try reader.int64()
        offset = try reader.int64()
        if version >= 4 {
            leaderEpoch = try reader.int32()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
        writer.int64(timestamp)
        writer.int64(offset)
        if version >= 4 {
            writer.int32(leaderEpoch)
        }
        writer.endStructure()
    }
}
