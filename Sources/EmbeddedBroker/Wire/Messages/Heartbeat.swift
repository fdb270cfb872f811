/// The request that keeps a member's session alive and tells it of rebalances; versions 0...4.
struct HeartbeatRequest: WireRequest {
    typealias Response = HeartbeatResponse
    static let apiKey = APIKey.heartbeat

    var groupID = ""
    var generationID: Int32 = 0
    var memberID = ""
    var groupInstanceID: String?
}

extension HeartbeatRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        generationID = try reader.int32()
        memberID = try reader.string()
        if version >= 3 {
            groupInstanceID = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.int32(generationID)
        writer.string(memberID)
        if version >= 3 {
            writer.nullableString(groupInstanceID)
        }
        writer.endStructure()
    }
}

/// The answer to ``HeartbeatRequest``.
struct HeartbeatResponse: WireMessage {
    static let apiKey = APIKey.heartbeat

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
}

extension HeartbeatResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
