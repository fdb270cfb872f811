import NIOCore

/// The request that shows the state and members of consumer groups; versions 0...5.
struct DescribeGroupsRequest: WireRequest {
    typealias Response = DescribeGroupsResponse
    static let apiKey = APIKey.describeGroups

    var groups: [String] = []
    var includeAuthorizedOperations = false
}

extension DescribeGroupsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groups = try reader.strings()
        if version >= 3 {
            includeAuthorizedOperations = try reader.bool()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.strings(groups)
        if version >= 3 {
            writer.bool(includeAuthorizedOperations)
        }
        writer.endStructure()
    }
}

/// The answer to ``DescribeGroupsRequest``.
struct DescribeGroupsResponse: WireMessage {
    static let apiKey = APIKey.describeGroups

    var throttleTimeMilliseconds: Int32 = 0
    var groups: [Group] = []

    struct Group: WireStructure {
        var errorCode = ErrorCode.none
        var groupID = ""
        var groupState = ""
        var protocolType = ""
        var protocolData = ""
        var members: [Member] = []
        var authorizedOperations: Int32 = -2147483648
    }

    struct Member: WireStructure {
        var memberID = ""
        var groupInstanceID: String?
        var clientID = ""
        var clientHost = ""
        var memberMetadata = ByteBuffer()
        var memberAssignment = ByteBuffer()
    }
}

extension DescribeGroupsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        groups = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.array(groups, version: version)
        writer.endStructure()
    }
}

extension DescribeGroupsResponse.Group {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        groupID = try reader.string()
        groupState = try reader.string()
        protocolType = try reader.string()
        protocolData = try reader.string()
        members = try reader.array(version: version)
        if version >= 3 {
            authorizedOperations = try reader.int32()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.string(groupID)
        writer.string(groupState)
        writer.string(protocolType)
        writer.string(protocolData)
        writer.array(members, version: version)
        if version >= 3 {
            writer.int32(authorizedOperations)
        }
        writer.endStructure()
    }
}

extension DescribeGroupsResponse.Member {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        memberID = try reader.string()
        if version >= 4 {
            groupInstanceID = try reader.nullableString()
        }
        clientID = try reader.string()
        clientHost = try reader.string()
        memberMetadata = try reader.bytes()
        memberAssignment = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(memberID)
        if version >= 4 {
            writer.nullableString(groupInstanceID)
        }
        writer.string(clientID)
        writer.string(clientHost)
        writer.bytes(memberMetadata)
        writer.bytes(memberAssignment)
        writer.endStructure()
    }
}
