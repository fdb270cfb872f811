/// The request that adds a consumer group's offsets to a transaction; versions 0...3.
struct AddOffsetsToTxnRequest: WireRequest {
    typealias Response = AddOffsetsToTxnResponse
    static let apiKey = APIKey.addOffsetsToTxn

    var transactionalID = ""
    var producerID: Int64 = 0
    var producerEpoch: Int16 = 0
    var groupID = ""
}

extension AddOffsetsToTxnRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.string()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        groupID = try reader.string()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(transactionalID)
        writer.int64(producerID)
        writer.int16(producerEpoch)
        writer.string(groupID)
        writer.endStructure()
    }
}

/// The answer to ``AddOffsetsToTxnRequest``.
struct AddOffsetsToTxnResponse: WireMessage {
    static let apiKey = APIKey.addOffsetsToTxn

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
}

extension AddOffsetsToTxnResponse {
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
