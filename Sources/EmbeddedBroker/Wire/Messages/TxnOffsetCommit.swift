/// The request that stores a group's positions as part of a transaction; versions 0...3.
struct TxnOffsetCommitRequest: WireRequest {
    typealias Response = TxnOffsetCommitResponse
    static let apiKey = APIKey.txnOffsetCommit

    var transactionalID = ""
    var groupID = ""
    var producerID: Int64 = 0
    var producerEpoch: Int16 = 0
    var generationID: Int32 = -1
    var memberID = ""
    var groupInstanceID: String?
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

extension TxnOffsetCommitRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.string()
        groupID = try reader.string()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        if version >= 3 {
            generationID = try reader.int32()
            memberID = try reader.string()
            groupInstanceID = try reader.nullableString()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(transactionalID)
        writer.string(groupID)
        writer.int64(producerID)
        writer.int16(producerEpoch)
        if version >= 3 {
            writer.int32(generationID)
            writer.string(memberID)
            writer.nullableString(groupInstanceID)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension TxnOffsetCommitRequest.Topic {
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

extension TxnOffsetCommitRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        committedOffset = try reader.int64()
        if version >= 2 {
            committedLeaderEpoch = try reader.int32()
        }
        committedMetadata = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(committedOffset)
        if version >= 2 {
            writer.int32(committedLeaderEpoch)
        }
        writer.nullableString(committedMetadata)
        writer.endStructure()
    }
}

/// The answer to ``TxnOffsetCommitRequest``.
struct TxnOffsetCommitResponse: WireMessage {
    static let apiKey = APIKey.txnOffsetCommit

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

extension TxnOffsetCommitResponse {
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

extension TxnOffsetCommitResponse.Topic {
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

extension TxnOffsetCommitResponse.Partition {
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
