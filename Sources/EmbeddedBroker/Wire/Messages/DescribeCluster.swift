/// The request that shows the cluster and its brokers; versions 0...1.
struct DescribeClusterRequest: WireRequest {
    typealias Response = DescribeClusterResponse
    static let apiKey = APIKey.describeCluster

    var includeClusterAuthorizedOperations = false
    var endpointType: Int8 = 1
}

extension DescribeClusterRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        includeClusterAuthorizedOperations = try reader.bool()
        if version >= 1 {
            endpointType = try reader.int8()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.bool(includeClusterAuthorizedOperations)
        if version >= 1 {
            writer.int8(endpointType)
        }
        writer.endStructure()
    }
}

/// The answer to ``DescribeClusterRequest``.
struct DescribeClusterResponse: WireMessage {
    static let apiKey = APIKey.describeCluster

    var throttleTimeMilliseconds: Int32 = 0
    var errorCode = ErrorCode.none
    var errorMessage: String?
    var endpointType: Int8 = 1
    var clusterID = ""
    var controllerID: Int32 = -1
    var brokers: [Broker] = []
    var clusterAuthorizedOperations: Int32 = -2147483648

    struct Broker: WireStructure {
        var brokerID: Int32 = 0
        var host = ""
        var port: Int32 = 0
        var rack: String?
    }
}

extension DescribeClusterResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        if version >= 1 {
            endpointType = try reader.int8()
        }
        clusterID = try reader.string()
        controllerID = try reader.int32()
        brokers = try reader.array(version: version)
        clusterAuthorizedOperations = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        if version >= 1 {
            writer.int8(endpointType)
        }
        writer.string(clusterID)
        writer.int32(controllerID)
        writer.array(brokers, version: version)
        writer.int32(clusterAuthorizedOperations)
        writer.endStructure()
    }
}

extension DescribeClusterResponse.Broker {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        brokerID = try reader.int32()
        host = try reader.string()
        port = try reader.int32()
        rack = try reader.nullableString()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(brokerID)
        writer.string(host)
        writer.int32(port)
        writer.nullableString(rack)
        writer.endStructure()
    }
}
