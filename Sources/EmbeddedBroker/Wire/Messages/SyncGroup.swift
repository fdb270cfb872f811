import NIOCore

/// The request that hands the leader's assignment to the members of a group; versions 0...5.
struct SyncGroupRequest: WireRequest {
    typealias Response = SyncGroupResponse
    static let apiKey = APIKey.syncGroup

    var groupID = ""
    var generationID: Int32 = 0
    var memberID = ""
    var groupInstanceID: String?
    var protocolType: String?
    var protocolName: String?
    var assignments: [Assignment] = []

    struct Assignment: WireStructure {
        var memberID = ""
        var assignment = ByteBuffer()
    }
}

extension SyncGroupRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        generationID = try reader.int32()
        memberID = try reader.string()
        if version >= 3 {
            groupInstanceID = try reader.nullableString()
        }
        if version >= 5 {
            protocolType = try reader.nullableString()
            protocolName = try reader.nullableString()
        }
        assignments = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.int32(generationID)
        writer.string(memberID)
        if version >= 3 {
            writer.nullableString(groupInstanceID)
        }
        if version >= 5 {
            writer.nullableString(protocolType)
            writer.nullableString(protocolName)
        }
        writer.array(assignments, version: version)
        writer.endStructure()
    }
}

extension SyncGroupRequest.Assignment {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        memberID = try reader.string()
        assignment = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(memberID)
        writer.bytes(assignment)
        writer.endStructure()
    }
}

/// The answer to ``SyncGroupRequest``.
struct SyncGroupResponse: WireMessage {
    static let apiKey = APIKey.syncGroup

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var protocolType: String?
    var protocolName: String?
    var assignment = ByteBuffer()
}

extension SyncGroupResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        errorCode = try reader.errorCode()
        if version >= 5 {
            protocolType = try reader.nullableString()
            protocolName = try reader.nullableString()
        }
        assignment = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.errorCode(errorCode)
        if version >= 5 {
            writer.nullableString(protocolType)
            writer.nullableString(protocolName)
        }
        writer.bytes(assignment)
        writer.endStructure()
    }
}
