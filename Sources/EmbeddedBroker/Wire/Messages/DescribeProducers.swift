/// The request that shows the producers that are active on partitions; version 0.
struct DescribeProducersRequest: WireRequest {
    typealias Response = DescribeProducersResponse
    static let apiKey = APIKey.describeProducers

    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitionIndexes: [Int32] = []
    }
}

extension DescribeProducersRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension DescribeProducersRequest.Topic {
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

/// The answer to ``DescribeProducersRequest``.
struct DescribeProducersResponse: WireMessage {
    static let apiKey = APIKey.describeProducers

    var throttleTimeMilliseconds: Int32 = 0
    var topics: [Topic] = []

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var errorCode = ErrorCode.none
        var errorMessage: String?
        var activeProducers: [ActiveProducer] = []
    }

    struct ActiveProducer: WireStructure {
        var producerID: Int64 = 0
        var producerEpoch: Int32 = 0
        var lastSequence: Int32 = -1
        var lastTimestamp: Int64 = -1
        var coordinatorEpoch: Int32 = 0
        var currentTxnStartOffset: Int64 = -1
    }
}

extension DescribeProducersResponse {
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

extension DescribeProducersResponse.Topic {
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

extension DescribeProducersResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        activeProducers = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.array(activeProducers, version: version)
        writer.endStructure()
    }
}

extension DescribeProducersResponse.ActiveProducer {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        producerID = try reader.int64()
        producerEpoch = try reader.int32()
        lastSequence = try reader.int32()
        lastTimestamp = try reader.int64()
        coordinatorEpoch = try reader.int32()
        currentTxnStartOffset = try reader.int64()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int64(producerID)
        writer.int32(producerEpoch)
        writer.int32(lastSequence)
        writer.int64(lastTimestamp)
        writer.int32(coordinatorEpoch)
        writer.int64(currentTxnStartOffset)
        writer.endStructure()
    }
}
