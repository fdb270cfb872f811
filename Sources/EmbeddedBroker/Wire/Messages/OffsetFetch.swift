/// The request that reads a consumer group's positions; versions 1...8.
struct OffsetFetchRequest: WireRequest {
    typealias Response = OffsetFetchResponse
    static let apiKey = APIKey.offsetFetch

    var groupID = ""
    var topics: [Topic]?
    var groups: [Group] = []
    var requireStable = false

    struct Topic: WireStructure {
        var name = ""
        var partitionIndexes: [Int32] = []
    }

    struct Group: WireStructure {
        var groupID = ""
        var topics: [Topic]?
    }
}

extension OffsetFetchRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version <= 7 {
            groupID = try reader.string()
            // Null, all partitions, only since version 2.
            topics = version >= 2 ? try reader.nullableArray(version: version) : try reader.array(version: version)
        }
        if version >= 8 {
            groups = try reader.array(version: version)
        }
        if version >= 7 {
            requireStable = try reader.bool()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version <= 7 {
            writer.string(groupID)
            if version >= 2 {
                writer.nullableArray(topics, version: version)
            } else {
                writer.array(topics ?? [], version: version)
            }
        }
        if version >= 8 {
            writer.array(groups, version: version)
        }
        if version >= 7 {
            writer.bool(requireStable)
        }
        writer.endStructure()
    }
}

extension OffsetFetchRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitionIndexes = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.int32s(partitionIndexes)
        writer.endStructure()
    }
}

extension OffsetFetchRequest.Group {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        topics = try reader.nullableArray(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.nullableArray(topics, version: version)
        writer.endStructure()
    }
}

/// The answer to ``OffsetFetchRequest``.
struct OffsetFetchResponse: WireMessage {
    static let apiKey = APIKey.offsetFetch

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []
    var errorCode = ErrorCode.none
    var groups: [Group] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var committedOffset: Int64 = 0
        var committedLeaderEpoch: Int32 = -1
        var metadata: String?
        var errorCode = ErrorCode.none
    }

    struct Group: WireStructure {
        var groupID = ""
        var topics: [Topic] = []
        var errorCode = ErrorCode.none
    }
}

extension OffsetFetchResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 3 {
            throttleTimeMilliseconds = try reader.int32()
        }
        if version <= 7 {
            topics = try reader.array(version: version)
        }
        if 2...7 ~= version {
            errorCode = try reader.errorCode()
        }
        if version >= 8 {
            groups = try reader.array(version: version)
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 {
            writer.int32(throttleTimeMilliseconds)
        }
        if version <= 7 {
            writer.array(topics, version: version)
        }
        if 2...7 ~= version {
            writer.errorCode(errorCode)
        }
        if version >= 8 {
            writer.array(groups, version: version)
        }
        writer.endStructure()
    }
}

extension OffsetFetchResponse.Topic {
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

extension OffsetFetchResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        committedOffset = try reader.int64()
        if version >= 5 {
            committedLeaderEpoch = try reader.int32()
        }
        metadata = try reader.nullableString()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(committedOffset)
        if version >= 5 {
            writer.int32(committedLeaderEpoch)
        }
        writer.nullableString(metadata)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}

extension OffsetFetchResponse.Group {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        topics = try reader.array(version: version)
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.array(topics, version: version)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
