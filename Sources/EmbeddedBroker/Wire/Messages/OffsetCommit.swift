/// The request that stores a consumer group's positions; versions 2...8.
struct OffsetCommitRequest: WireRequest {
    typealias Response = OffsetCommitResponse
    static let apiKey = APIKey.offsetCommit

    var groupID = ""
    var generationIDOrMemberEpoch: Int32 = -1
    var memberID = ""
    var groupInstanceID: String?
    var retentionTimeMilliseconds: Int64 = -1
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var committedOffset: Int64 = 0
        var committedLeaderEpoch: Int32 = -1
        var committedMetadata: String?
    }
}

extension OffsetCommitRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        generationIDOrMemberEpoch = try reader.int32()
        memberID = try reader.string()
        if version >= 7 {
            groupInstanceID = try reader.nullableString()
        }
        if version <= 4 {
            retentionTimeMilliseconds = try reader.int64()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.int32(generationIDOrMemberEpoch)
        writer.string(memberID)
        if version >= 7 {
            writer.nullableString(groupInstanceID)
        }
        if version <= 4 {
            writer.int64(retentionTimeMilliseconds)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension OffsetCommitRequest.Topic {
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

extension OffsetCommitRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        committedOffset = try reader.int64()
        if version >= 6 {
            committedLeaderEpoch = try reader.int32()
        }
        committedMetadata = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(committedOffset)
        if version >= 6 {
            writer.int32(committedLeaderEpoch)
        }
        writer.nullableString(committedMetadata)
        writer.endStructure()
    }
}

/// The answer to ``OffsetCommitRequest``.
struct OffsetCommitResponse: WireMessage {
    static let apiKey = APIKey.offsetCommit

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

extension OffsetCommitResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 3 {
            throttleTimeMilliseconds = try reader.int32()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension OffsetCommitResponse.Topic {
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

extension OffsetCommitResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
