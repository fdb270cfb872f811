import NIOCore

/// The request that appends record batches to partitions; versions 3...9.
struct ProduceRequest: WireRequest {
    typealias Response = ProduceResponse
    static let apiKey = APIKey.produce

    var transactionalID: String?
    var acks: Int16 = 0
    var timeoutMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var index: Int32 = 0
        var records: ByteBuffer?
    }
}

extension ProduceRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.nullableString()
        acks = try reader.int16()
        timeoutMilliseconds = try reader.int32()
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.nullableString(transactionalID)
        writer.int16(acks)
        writer.int32(timeoutMilliseconds)
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension ProduceRequest.Topic {
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

extension ProduceRequest.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        index = try reader.int32()
        records = try reader.nullableBytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(index)
        writer.records(records)
        writer.endStructure()
    }
}

/// The answer to ``ProduceRequest``.
struct ProduceResponse: WireMessage {
    static let apiKey = APIKey.produce

    var topics: [Topic] = []
    var throttleTimeMilliseconds: Int32 = 0

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var index: Int32 = 0
        var errorCode = ErrorCode.none
        var baseOffset: Int64 = 0
        var logAppendTimeMilliseconds: Int64 = -1
        var logStartOffset: Int64 = -1
        var recordErrors: [RecordError] = []
        var errorMessage: String?
    }

    struct RecordError: WireStructure {
        var batchIndex: Int32 = 0
        var batchIndexErrorMessage: String?
    }
}

extension ProduceResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.array(version: version)
        throttleTimeMilliseconds = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(topics, version: version)
        writer.int32(throttleTimeMilliseconds)
        writer.endStructure()
    }
}

extension ProduceResponse.Topic {
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

extension ProduceResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        index = try reader.int32()
        errorCode = try reader.errorCode()
        baseOffset = try reader.int64()
        logAppendTimeMilliseconds = try reader.int64()
        if version >= 5 {
            logStartOffset = try reader.int64()
        }
        if version >= 8 {
            recordErrors = try reader.array(version: version)
            errorMessage = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(index)
        writer.errorCode(errorCode)
        writer.int64(baseOffset)
        writer.int64(logAppendTimeMilliseconds)
        if version >= 5 {
            writer.int64(logStartOffset)
        }
        if version >= 8 {
            writer.array(recordErrors, version: version)
            writer.nullableString(errorMessage)
        }
        writer.endStructure()
    }
}

extension ProduceResponse.RecordError {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        batchIndex = try reader.int32()
        batchIndexErrorMessage = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(batchIndex)
        writer.nullableString(batchIndexErrorMessage)
        writer.endStructure()
    }
}
