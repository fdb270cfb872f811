/// The request that replaces the settings of topics; versions 0...2.
struct AlterConfigsRequest: WireRequest {
    typealias Response = AlterConfigsResponse
    static let apiKey = APIKey.alterConfigs

    var resources: [Resource] = []
    var validateOnly = false

    struct Resource: WireStructure {
        var resourceType: Int8 = 0
        var resourceName = ""
        var configs: [Config] = []
    }

    struct Config: WireStructure {
        var name = ""
        var value: String?
    }
}

extension AlterConfigsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resources = try reader.array(version: version)
        validateOnly = try reader.bool()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(resources, version: version)
        writer.bool(validateOnly)
        writer.endStructure()
    }
}

extension AlterConfigsRequest.Resource {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resourceType = try reader.int8()
        resourceName = try reader.string()
        configs = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int8(resourceType)
        writer.string(resourceName)
        writer.array(configs, version: version)
        writer.endStructure()
    }
}

extension AlterConfigsRequest.Config {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        value = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.nullableString(value)
        writer.endStructure()
    }
}

/// The answer to ``AlterConfigsRequest``.
struct AlterConfigsResponse: WireMessage {
    static let apiKey = APIKey.alterConfigs

    var throttleTimeMilliseconds: Int32 = 0
    var resources: [Resource] = []

    struct Resource: WireStructure {
        var errorCode = ErrorCode.none
        var errorMessage: String?
        var resourceType: Int8 = 0
        var resourceName = ""
    }
}

extension AlterConfigsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        resources = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(resources, version: version)
        writer.endStructure()
    }
}

extension AlterConfigsResponse.Resource {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        resourceType = try reader.int8()
        resourceName = try reader.string()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.int8(resourceType)
        writer.string(resourceName)
        writer.endStructure()
    }
}
