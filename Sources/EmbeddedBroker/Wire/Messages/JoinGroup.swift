import NIOCore

/// The request that takes part in a rebalance of a consumer group; versions 0...9.
struct JoinGroupRequest: WireRequest {
    typealias Response = JoinGroupResponse
    static let apiKey = APIKey.joinGroup

    var groupID = ""
    var sessionTimeoutMilliseconds: Int32 = 0
    var rebalanceTimeoutMilliseconds: Int32 = -1
    var memberID = ""
    var groupInstanceID: String?
    var protocolType = ""
    var protocols: [GroupProtocol] = []
    var reason: String?

    struct GroupProtocol: WireStructure {
        var name = ""
        var metadata = ByteBuffer()
    }
}

extension JoinGroupRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        sessionTimeoutMilliseconds = try reader.int32()
        if version >= 1 {
            rebalanceTimeoutMilliseconds = try reader.int32()
        }
        memberID = try reader.string()
        if version >= 5 {
            groupInstanceID = try reader.nullableString()
        }
        protocolType = try reader.string()
        protocols = try reader.array(version: version)
        if version >= 8 {
            reason = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.int32(sessionTimeoutMilliseconds)
        if version >= 1 {
            writer.int32(rebalanceTimeoutMilliseconds)
        }
        writer.string(memberID)
        if version >= 5 {
            writer.nullableString(groupInstanceID)
        }
        writer.string(protocolType)
        writer.array(protocols, version: version)
        if version >= 8 {
            writer.nullableString(reason)
        }
        writer.endStructure()
    }
}

extension JoinGroupRequest.GroupProtocol {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        metadata = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.bytes(metadata)
        writer.endStructure()
    }
}

/// The answer to ``JoinGroupRequest``.
struct JoinGroupResponse: WireMessage {
    static let apiKey = APIKey.joinGroup

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var generationID: Int32 = -1
    var protocolType: String?
    var protocolName: String?
    var leader = ""
    var skipAssignment = false
    var memberID = ""
    var members: [Member] = []

    struct Member: WireStructure {
        var memberID = ""
        var groupInstanceID: String?
        var metadata = ByteBuffer()
    }
}

extension JoinGroupResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 2 {
            throttleTimeMilliseconds = try reader.int32()
        }
        errorCode = try reader.errorCode()
        generationID = try reader.int32()
        if version >= 7 {
            protocolType = try reader.nullableString()
        }
        // Null only since version 7.
        protocolName = version >= 7 ? try reader.nullableString() : try reader.string()
        leader = try reader.string()
        if version >= 9 {
            skipAssignment = try reader.bool()
        }
        memberID = try reader.string()
        members = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 2 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.errorCode(errorCode)
        writer.int32(generationID)
        if version >= 7 {
            writer.nullableString(protocolType)
        }
        if version >= 7 {
            writer.nullableString(protocolName)
        } else {
            writer.string(protocolName ?? "")
        }
        writer.string(leader)
        if version >= 9 {
            writer.bool(skipAssignment)
        }
        writer.string(memberID)
        writer.array(members, version: version)
        writer.endStructure()
    }
}

extension JoinGroupResponse.Member {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        memberID = try reader.string()
        if version >= 5 {
            groupInstanceID = try reader.nullableString()
        }
        metadata = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(memberID)
        if version >= 5 {
            writer.nullableString(groupInstanceID)
        }
        writer.bytes(metadata)
        writer.endStructure()
    }
}
