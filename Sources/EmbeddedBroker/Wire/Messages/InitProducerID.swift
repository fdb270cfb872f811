/// The request that allots a producer id and epoch, fencing older users of a transactional id; versions 0...4.
struct InitProducerIDRequest: WireRequest {
    typealias Response = InitProducerIDResponse
    static let apiKey = APIKey.initProducerID

    var transactionalID: String?
    var transactionTimeoutMilliseconds: Int32 = 0
    var producerID: Int64 = -1
    var producerEpoch: Int16 = -1
}

extension InitProducerIDRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        transactionalID = try reader.nullableString()
        transactionTimeoutMilliseconds = try reader.int32()
        if version >= 3 {
            producerID = try reader.int64()
            producerEpoch = try reader.int16()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.nullableString(transactionalID)
        writer.int32(transactionTimeoutMilliseconds)
        if version >= 3 {
            writer.int64(producerID)
            writer.int16(producerEpoch)
        }
        writer.endStructure()
    }
}

/// The answer to ``InitProducerIDRequest``.
struct InitProducerIDResponse: WireMessage {
    static let apiKey = APIKey.initProducerID

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var producerID: Int64 = -1
    var producerEpoch: Int16 = 0
}

extension InitProducerIDResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        errorCode = try reader.errorCode()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.errorCode(errorCode)
        writer.int64(producerID)
        writer.int16(producerEpoch)
        writer.endStructure()
    }
}
