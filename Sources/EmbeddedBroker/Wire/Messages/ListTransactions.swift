/// The request that lists transactions; versions 0...1.
struct ListTransactionsRequest: WireRequest {
    typealias Response = ListTransactionsResponse
    static let apiKey = APIKey.listTransactions

    var stateFilters: [String] = []
    var producerIDFilters: [Int64] = []
    var durationFilter: Int64 = -1
}

extension ListTransactionsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        stateFilters = try reader.strings()
        producerIDFilters = try reader.int64s()
        if version >= 1 {
            durationFilter = try reader.int64()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.strings(stateFilters)
        writer.int64s(producerIDFilters)
        if version >= 1 {
            writer.int64(durationFilter)
        }
        writer.endStructure()
    }
}

/// The answer to ``ListTransactionsRequest``.
struct ListTransactionsResponse: WireMessage {
    static let apiKey = APIKey.listTransactions

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var unknownStateFilters: [String] = []
    var transactionStates: [Transaction] = []

    struct Transaction: WireStructure {
        var transactionalID = ""
        var producerID: Int64 = 0
        var transactionState = ""
    }
}

extension ListTransactionsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        errorCode = try reader.errorCode()
        unknownStateFilters = try reader.strings()
        transactionStates = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.errorCode(errorCode)
        writer.strings(unknownStateFilters)
        writer.array(transactionStates, version: version)
        writer.endStructure()
    }
}

extension ListTransactionsResponse.Transaction {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.string()
        producerID = try reader.int64()
        transactionState = try reader.string()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(transactionalID)
        writer.int64(producerID)
        writer.string(transactionState)
        writer.endStructure()
    }
}
