/// The request that shows the sizes of logs on disk; versions 1...4.
struct DescribeLogDirsRequest: WireRequest {
    typealias Response = DescribeLogDirsResponse
    static let apiKey = APIKey.describeLogDirs

    var topics: [Topic]?

    struct Topic: WireStructure {
        var topic = ""
        var partitions: [Int32] = []
    }
}

extension DescribeLogDirsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.nullableArray(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.nullableArray(topics, version: version)
        writer.endStructure()
    }
}

extension DescribeLogDirsRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topic = try reader.string()
        partitions = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(topic)
        writer.int32s(partitions)
        writer.endStructure()
    }
}

/// The answer to ``DescribeLogDirsRequest``.
struct DescribeLogDirsResponse: WireMessage {
    static let apiKey = APIKey.describeLogDirs

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var results: [Result] = []

    struct Result: WireStructure {
        var errorCode = ErrorCode.none
        var logDir = ""
        var topics: [Topic] = []
        var totalBytes: Int64 = -1
        var usableBytes: Int64 = -1
    }

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var partitionSize: Int64 = 0
        var offsetLag: Int64 = 0
        var isFutureKey = false
    }
}

extension DescribeLogDirsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        if version >= 3 {
            errorCode = try reader.errorCode()
        }
        results = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        if version >= 3 {
            writer.errorCode(errorCode)
        }
        writer.array(results, version: version)
        writer.endStructure()
    }
}

extension DescribeLogDirsResponse.Result {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        logDir = try reader.string()
        topics = try reader.array(version: version)
        if version >= 4 {
            totalBytes = try reader.int64()
            usableBytes = try reader.int64()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.string(logDir)
        writer.array(topics, version: version)
        if version >= 4 {
            writer.int64(totalBytes)
            writer.int64(usableBytes)
        }
        writer.endStructure()
    }
}

extension DescribeLogDirsResponse.Topic {
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

extension DescribeLogDirsResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        partitionSize = try reader.int64()
        offsetLag = try reader.int64()
        isFutureKey = try reader.bool()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.int64(partitionSize)
        writer.int64(offsetLag)
        writer.bool(isFutureKey)
        writer.endStructure()
    }
}
