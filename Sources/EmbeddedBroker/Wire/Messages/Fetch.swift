import NIOCore

/// The request that reads record batches from partitions; versions 4...17.
///
/// From version 13 on topics are told by their ids. What later versions add is for replicas.
struct FetchRequest: WireRequest {
    typealias Response = FetchResponse
    static let apiKey = APIKey.fetch

    var replicaID: Int32 = -1
    var maxWaitMilliseconds: Int32 = 0
    var minBytes: Int32 = 0
    var maxBytes: Int32 = .max
    var isolationLevel: Int8 = 0
    var sessionID: Int32 = 0
    var sessionEpoch: Int32 = -1
    var topics: [Topic] = []
    var forgottenTopicsData: [ForgottenTopic] = []
    var rackID = ""

    struct Topic: WireStructure {
        /// Before version 13.
        var topic = ""
        /// From version 13 on.
        var topicID = TopicID.none
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partition: Int32 = 0
        var currentLeaderEpoch: Int32 = -1
        var fetchOffset: Int64 = 0
        var lastFetchedEpoch: Int32 = -1
        var logStartOffset: Int64 = -1
        var partitionMaxBytes: Int32 = 0
    }

    struct ForgottenTopic: WireStructure {
        var topic = ""
        var topicID = TopicID.none
        var partitions: [Int32] = []
    }
}

extension FetchRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version < 15 {
            replicaID = try reader.int32()
        }
        maxWaitMilliseconds = try reader.int32()
        minBytes = try reader.int32()
        maxBytes = try reader.int32()
        isolationLevel = try reader.int8()
        if version >= 7 {
            sessionID = try reader.int32()
            sessionEpoch = try reader.int32()
        }
        topics = try reader.array(version: version)
        if version >= 7 {
            forgottenTopicsData = try reader.array(version: version)
        }
        if version >= 11 {
            rackID = try reader.string()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version < 15 {
            writer.int32(replicaID)
        }
        writer.int32(maxWaitMilliseconds)
        writer.int32(minBytes)
        writer.int32(maxBytes)
        writer.int8(isolationLevel)
        if version >= 7 {
            writer.int32(sessionID)
            writer.int32(sessionEpoch)
        }
        writer.array(topics, version: version)
        if version >= 7 {
            writer.array(forgottenTopicsData, version: version)
        }
        if version >= 11 {
            writer.string(rackID)
        }
        writer.endStructure()
    }
}

extension FetchRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 13 {
            topicID = try reader.topicID()
        } else {
            topic = try reader.string()
        }
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 13 {
            writer.topicID(topicID)
        } else {
            writer.string(topic)
        }
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension FetchRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partition = try reader.int32()
        if version >= 9 {
            currentLeaderEpoch = try reader.int32()
        }
        fetchOffset = try reader.int64()
        if version >= 12 {
            lastFetchedEpoch = try reader.int32()
        }
        if version >= 5 {
            logStartOffset = try reader.int64()
        }
        partitionMaxBytes = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partition)
        if version >= 9 {
            writer.int32(currentLeaderEpoch)
        }
        writer.int64(fetchOffset)
        if version >= 12 {
            writer.int32(lastFetchedEpoch)
        }
        if version >= 5 {
            writer.int64(logStartOffset)
        }
        writer.int32(partitionMaxBytes)
        writer.endStructure()
    }
}

extension FetchRequest.ForgottenTopic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 13 {
            topicID = try reader.topicID()
        } else {
            topic = try reader.string()
        }
        partitions = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 13 {
            writer.topicID(topicID)
        } else {
            writer.string(topic)
        }
        writer.int32s(partitions)
        writer.endStructure()
    }
}

/// The answer to ``FetchRequest``.
struct FetchResponse: WireMessage {
    static let apiKey = APIKey.fetch

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var sessionID: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        /// Before version 13.
        var topic = ""
        /// From version 13 on.
        var topicID = TopicID.none
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var errorCode = ErrorCode.none
        var highWatermark: Int64 = 0
        var lastStableOffset: Int64 = -1
        var logStartOffset: Int64 = -1
        var abortedTransactions: [AbortedTransaction]?
        var preferredReadReplica: Int32 = -1
        var records: ByteBuffer? = ByteBuffer()
    }

    struct AbortedTransaction: WireStructure {
        var producerID: Int64 = 0
        var firstOffset: Int64 = 0
    }
}

extension FetchResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        if version >= 7 {
            errorCode = try reader.errorCode()
            sessionID = try reader.int32()
        }
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        if version >= 7 {
            writer.errorCode(errorCode)
            writer.int32(sessionID)
        }
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension FetchResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 13 {
            topicID = try reader.topicID()
        } else {
            topic = try reader.string()
        }
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 13 {
            writer.topicID(topicID)
        } else {
            writer.string(topic)
        }
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension FetchResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
        highWatermark = try reader.int64()
        lastStableOffset = try reader.int64()
        if version >= 5 {
            logStartOffset = try reader.int64()
        }
        abortedTransactions = try reader.nullableArray(version: version)
        if version >= 11 {
            preferredReadReplica = try reader.int32()
        }
        records = try reader.nullableBytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
        writer.int64(highWatermark)
        writer.int64(lastStableOffset)
        if version >= 5 {
            writer.int64(logStartOffset)
        }
        writer.nullableArray(abortedTransactions, version: version)
        if version >= 11 {
            writer.int32(preferredReadReplica)
        }
        writer.records(records)
        writer.endStructure()
    }
}

extension FetchResponse.AbortedTransaction {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        producerID = try reader.int64()
        firstOffset = try reader.int64()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int64(producerID)
        writer.int64(firstOffset)
        writer.endStructure()
    }
}
