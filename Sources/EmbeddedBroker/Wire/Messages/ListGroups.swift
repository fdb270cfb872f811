/// The request that lists consumer groups; versions 0...5.
struct ListGroupsRequest: WireRequest {
    typealias Response = ListGroupsResponse
    static let apiKey = APIKey.listGroups

    var statesFilter: [String] = []
    var typesFilter: [String] = []
}

extension ListGroupsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 4 {
            statesFilter = try reader.strings()
        }
        if version >= 5 {
            typesFilter = try reader.strings()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 4 {
            writer.strings(statesFilter)
        }
        if version >= 5 {
            writer.strings(typesFilter)
        }
        writer.endStructure()
    }
}

/// The answer to ``ListGroupsRequest``.
struct ListGroupsResponse: WireMessage {
    static let apiKey = APIKey.listGroups

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var groups: [Group] = []

    struct Group: WireStructure {
        var groupID = ""
        var protocolType = ""
        var groupState = ""
        var groupType = ""
    }
}

extension ListGroupsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        errorCode = try reader.errorCode()
        groups = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.errorCode(errorCode)
        writer.array(groups, version: version)
        writer.endStructure()
    }
}

extension ListGroupsResponse.Group {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        protocolType = try reader.string()
        if version >= 4 {
            groupState = try reader.string()
        }
        if version >= 5 {
            groupType = try reader.string()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.string(protocolType)
        if version >= 4 {
            writer.string(groupState)
        }
        if version >= 5 {
            writer.string(groupType)
        }
        writer.endStructure()
    }
}
