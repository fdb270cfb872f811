/// The request that commits or aborts a transaction; versions 0...3.
struct EndTxnRequest: WireRequest {
    typealias Response = EndTxnResponse
    static let apiKey = APIKey.endTxn

    var transactionalID = ""
    var producerID: Int64 = 0
    var producerEpoch: Int16 = 0
    var committed = false
}

extension EndTxnRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.string()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        committed = try reader.bool()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(transactionalID)
        writer.int64(producerID)
        writer.int16(producerEpoch)
        writer.bool(committed)
        writer.endStructure()
    }
}

/// The answer to ``EndTxnRequest``.
struct EndTxnResponse: WireMessage {
    static let apiKey = APIKey.endTxn

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
}

extension EndTxnResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
