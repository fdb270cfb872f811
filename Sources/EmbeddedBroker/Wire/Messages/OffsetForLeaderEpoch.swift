/// The request that finds where a leader epoch ends in a log; versions 2...4.
struct OffsetForLeaderEpochRequest: WireRequest {
    typealias Response = OffsetForLeaderEpochResponse
    static let apiKey = APIKey.offsetForLeaderEpoch

    var replicaID: Int32 = -2
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var topic = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partition: Int32 = 0
        var currentLeaderEpoch: Int32 = -1
        var leaderEpoch: Int32 = 0
    }
}

extension OffsetForLeaderEpochRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 3 {
            replicaID = try reader.int32()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 {
            writer.int32(replicaID)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension OffsetForLeaderEpochRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topic = try reader.string()
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(topic)
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension OffsetForLeaderEpochRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partition = try reader.int32()
        currentLeaderEpoch = try reader.int32()
        leaderEpoch = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partition)
        writer.int32(currentLeaderEpoch)
        writer.int32(leaderEpoch)
        writer.endStructure()
    }
}

/// The answer to ``OffsetForLeaderEpochRequest``.
struct OffsetForLeaderEpochResponse: WireMessage {
    static let apiKey = APIKey.offsetForLeaderEpoch

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var topic = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var errorCode = ErrorCode.none
        var partition: Int32 = 0
        var leaderEpoch: Int32 = -1
        var endOffset: Int64 = -1
    }
}

extension OffsetForLeaderEpochResponse {
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

extension OffsetForLeaderEpochResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topic = try reader.string()
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(topic)
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension OffsetForLeaderEpochResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        partition = try reader.int32()
        leaderEpoch = try reader.int32()
        endOffset = try reader.int64()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.int32(partition)
        writer.int32(leaderEpoch)
        writer.int64(endOffset)
        writer.endStructure()
    }
}
