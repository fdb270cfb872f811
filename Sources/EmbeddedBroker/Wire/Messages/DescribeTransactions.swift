/// The request that shows the state of transactions; version 0.
struct DescribeTransactionsRequest: WireRequest {
    typealias Response = DescribeTransactionsResponse
    static let apiKey = APIKey.describeTransactions

    var transactionalIDs: [String] = []
}

extension DescribeTransactionsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalIDs = try reader.strings()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.strings(transactionalIDs)
        writer.endStructure()
    }
}

/// The answer to ``DescribeTransactionsRequest``.
struct DescribeTransactionsResponse: WireMessage {
    static let apiKey = APIKey.describeTransactions

    var throttleTimeMilliseconds: Int32 = 0
    var transactionStates: [Transaction] = []

    struct Transaction: WireStructure {
        var errorCode = ErrorCode.none
        var transactionalID = ""
        var transactionState = ""
        var transactionTimeoutMilliseconds: Int32 = 0
        var transactionStartTimeMilliseconds: Int64 = 0
        var producerID: Int64 = 0
        var producerEpoch: Int16 = 0
        var topics: [Topic] = []
    }

    struct Topic: WireStructure {
        var topic = ""
        var partitions: [Int32] = []
    }
}

extension DescribeTransactionsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        transactionStates = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(transactionStates, version: version)
        writer.endStructure()
    }
}

extension DescribeTransactionsResponse.Transaction {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        transactionalID = try reader.string()
        transactionState = try reader.string()
        transactionTimeoutMilliseconds = try reader.int32()
        transactionStartTimeMilliseconds = try reader.int64()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.string(transactionalID)
        writer.string(transactionState)
        writer.int32(transactionTimeoutMilliseconds)
        writer.int64(transactionStartTimeMilliseconds)
        writer.int64(producerID)
        writer.int16(producerEpoch)
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension DescribeTransactionsResponse.Topic {
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
