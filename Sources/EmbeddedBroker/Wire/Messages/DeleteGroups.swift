/// The request that deletes consumer groups; versions 0...2.
struct DeleteGroupsRequest: WireRequest {
    typealias Response = DeleteGroupsResponse
    static let apiKey = APIKey.deleteGroups

    var groupsNames: [String] = []
}

extension DeleteGroupsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupsNames = try reader.strings()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.strings(groupsNames)
        writer.endStructure()
    }
}

/// The answer to ``DeleteGroupsRequest``.
struct DeleteGroupsResponse: WireMessage {
    static let apiKey = APIKey.deleteGroups

    var throttleTimeMilliseconds: Int32 = 0
    var results: [Result] = []

    struct Result: WireStructure {
        var groupID = ""
        var errorCode = ErrorCode.none
    }
}

extension DeleteGroupsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        results = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(results, version: version)
        writer.endStructure()
    }
}

extension DeleteGroupsResponse.Result {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        groupID = try reader.string()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(groupID)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
