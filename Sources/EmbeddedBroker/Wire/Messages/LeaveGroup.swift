/// The request that takes members out of a consumer group; versions 0...5.
struct LeaveGroupRequest: WireRequest {
    typealias Response = LeaveGroupResponse
    static let apiKey = APIKey.leaveGroup

    var groupID = ""
    var memberID = ""
    var members: [Member] = []

    struct Member: WireStructure {
        var memberID = ""
        var groupInstanceID: String?
        var reason: String?
    }
}

extension LeaveGroupRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        if version <= 2 {
            memberID = try reader.string()
        }
        if version >= 3 {
            members = try reader.array(version: version)
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        if version <= 2 {
            writer.string(memberID)
        }
        if version >= 3 {
            writer.array(members, version: version)
        }
        writer.endStructure()
    }
}

extension LeaveGroupRequest.Member {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        memberID = try reader.string()
        groupInstanceID = try reader.nullableString()
        if version >= 5 {
            reason = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(memberID)
        writer.nullableString(groupInstanceID)
        if version >= 5 {
            writer.nullableString(reason)
        }
        writer.endStructure()
    }
}

/// The answer to ``LeaveGroupRequest``.
struct LeaveGroupResponse: WireMessage {
    static let apiKey = APIKey.leaveGroup

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var members: [Member] = []

    struct Member: WireStructure {
        var memberID = ""
        var groupInstanceID: String?
        var errorCode = ErrorCode.none
    }
}

extension LeaveGroupResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        errorCode = try reader.errorCode()
        if version >= 3 {
            members = try reader.array(version: version)
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.errorCode(errorCode)
        if version >= 3 {
            writer.array(members, version: version)
        }
        writer.endStructure()
    }
}

extension LeaveGroupResponse.Member {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        memberID = try reader.string()
        groupInstanceID = try reader.nullableString()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(memberID)
        writer.nullableString(groupInstanceID)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
