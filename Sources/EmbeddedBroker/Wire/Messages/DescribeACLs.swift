/// The request that lists access rules; versions 0...3.
struct DescribeACLsRequest: WireRequest {
    typealias Response = DescribeACLsResponse
    static let apiKey = APIKey.describeACLs

    var resourceTypeFilter: Int8 = 0
    var resourceNameFilter: String?
    var patternTypeFilter: Int8 = 3
    var principalFilter: String?
    var hostFilter: String?
    var operation: Int8 = 0
    var permissionType: Int8 = 0
}

extension DescribeACLsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resourceTypeFilter = try reader.int8()
        resourceNameFilter = try reader.nullableString()
        if version >= 1 {
            patternTypeFilter = try reader.int8()
        }
        principalFilter = try reader.nullableString()
        hostFilter = try reader.nullableString()
        operation = try reader.int8()
        permissionType = try reader.int8()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int8(resourceTypeFilter)
        writer.nullableString(resourceNameFilter)
        if version >= 1 {
            writer.int8(patternTypeFilter)
        }
        writer.nullableString(principalFilter)
        writer.nullableString(hostFilter)
        writer.int8(operation)
        writer.int8(permissionType)
        writer.endStructure()
    }
}

/// The answer to ``DescribeACLsRequest``.
struct DescribeACLsResponse: WireMessage {
    static let apiKey = APIKey.describeACLs

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var errorMessage: String?
    var resources: [Resource] = []

    struct Resource: WireStructure {
        var resourceType: Int8 = 0
        var resourceName = ""
        var patternType: Int8 = 3
        var acls: [ACL] = []
    }

    struct ACL: WireStructure {
        var principal = ""
        var host = ""
        var operation: Int8 = 0
        var permissionType: Int8 = 0
    }
}

extension DescribeACLsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        resources = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.array(resources, version: version)
        writer.endStructure()
    }
}

extension DescribeACLsResponse.Resource {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resourceType = try reader.int8()
        resourceName = try reader.string()
        if version >= 1 {
            patternType = try reader.int8()
        }
        acls = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int8(resourceType)
        writer.string(resourceName)
        if version >= 1 {
            writer.int8(patternType)
        }
        writer.array(acls, version: version)
        writer.endStructure()
    }
}

extension DescribeACLsResponse.ACL {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        principal = try reader.string()
        host = try reader.string()
        operation = try reader.int8()
        permissionType = try reader.int8()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(principal)
        writer.string(host)
        writer.int8(operation)
        writer.int8(permissionType)
        writer.endStructure()
    }
}
