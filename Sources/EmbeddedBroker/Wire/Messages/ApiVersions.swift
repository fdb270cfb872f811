/// The request that lists the APIs and versions that the broker supports; versions 0...3.
struct ApiVersionsRequest: WireRequest {
    typealias Response = ApiVersionsResponse
    static let apiKey = APIKey.apiVersions

    var clientSoftwareName = ""
    var clientSoftwareVersion = ""
}

extension ApiVersionsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 3 {
            clientSoftwareName = try reader.string()
            clientSoftwareVersion = try reader.string()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 3 {
            writer.string(clientSoftwareName)
            writer.string(clientSoftwareVersion)
        }
        writer.endStructure()
    }
}

/// The answer to ``ApiVersionsRequest``.
struct ApiVersionsResponse: WireMessage {
    static let apiKey = APIKey.apiVersions

    var errorCode = ErrorCode.none
    var apis: [API] = []
    var throttleTimeMilliseconds: Int32 = 0

    struct API: WireStructure {
        var apiKey: Int16 = 0
        var minVersion: Int16 = 0
        var maxVersion: Int16 = 0
    }
}

extension ApiVersionsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        apis = try reader.array(version: version)
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.array(apis, version: version)
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        writer.endStructure()
    }
}

extension ApiVersionsResponse.API {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        apiKey = try reader.int16()
        minVersion = try reader.int16()
        maxVersion = try reader.int16()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int16(apiKey)
        writer.int16(minVersion)
        writer.int16(maxVersion)
        writer.endStructure()
    }
}
