/// The request that finds the broker that coordinates a group or a transactional id; versions 0...4.
struct FindCoordinatorRequest: WireRequest {
    typealias Response = FindCoordinatorResponse
    static let apiKey = APIKey.findCoordinator

    var key = ""
    var keyType: Int8 = 0
    var coordinatorKeys: [String] = []
}

extension FindCoordinatorRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version <= 3 {
            key = try reader.string()
        }
        if version >= 1 {
            keyType = try reader.int8()
        }
        if version >= 4 {
            coordinatorKeys = try reader.strings()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version <= 3 {
            writer.string(key)
        }
        if version >= 1 {
            writer.int8(keyType)
        }
        if version >= 4 {
            writer.strings(coordinatorKeys)
        }
        writer.endStructure()
    }
}

/// The answer to ``FindCoordinatorRequest``.
struct FindCoordinatorResponse: WireMessage {
    static let apiKey = APIKey.findCoordinator

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var errorMessage: String?
    var nodeID: Int32 = 0
    var host = ""
    var port: Int32 = 0
    var coordinators: [Coordinator] = []

    struct Coordinator: WireStructure {
        var key = ""
        var nodeID: Int32 = 0
        var host = ""
        var port: Int32 = 0
        var errorCode = ErrorCode.none
        var errorMessage: String?
    }
}

extension FindCoordinatorResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        if version >= 1 {
            throttleTimeMilliseconds = try reader.int32()
        }
        if version <= 3 {
            errorCode = try reader.errorCode()
        }
        if 1...3 ~= version {
            errorMessage = try reader.nullableString()
        }
        if version <= 3 {
            nodeID = try reader.int32()
            host = try reader.string()
            port = try reader.int32()
        }
        if version >= 4 {
            coordinators = try reader.array(version: version)
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        if version >= 1 {
            writer.int32(throttleTimeMilliseconds)
        }
        if version <= 3 {
            writer.errorCode(errorCode)
        }
        if 1...3 ~= version {
            writer.nullableString(errorMessage)
        }
        if version <= 3 {
            writer.int32(nodeID)
            writer.string(host)
            writer.int32(port)
        }
        if version >= 4 {
            writer.array(coordinators, version: version)
        }
        writer.endStructure()
    }
}

extension FindCoordinatorResponse.Coordinator {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        key = try reader.string()
        nodeID = try reader.int32()
        host = try reader.string()
        port = try reader.int32()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(key)
        writer.int32(nodeID)
        writer.string(host)
        writer.int32(port)
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.endStructure()
    }
}
