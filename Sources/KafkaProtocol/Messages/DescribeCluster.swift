/// The request that shows the cluster and its brokers.
package struct DescribeClusterRequest: KafkaRequest {
    package static let api = API("DescribeCluster", key: 60, versions: 0...1, flexibleFrom: 0)
    package typealias Response = DescribeClusterResponse

    package var includeClusterAuthorizedOperations = false
    package var endpointType: Int8 = 1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&includeClusterAuthorizedOperations)
        try wire.field(&endpointType, since: 1)
    }
}

package struct DescribeClusterResponse: KafkaMessage {
    package static var api: API { DescribeClusterRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var endpointType: Int8 = 1
    package var clusterID = ""
    package var controllerID: Int32 = -1
    package var brokers: [Broker] = []
    package var clusterAuthorizedOperations: Int32 = .min

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &errorCode, &errorMessage)
        try wire.field(&endpointType, since: 1)
        try wire.fields(&clusterID, &controllerID, &brokers, &clusterAuthorizedOperations)
    }

    package struct Broker: WireStructure {
        package var brokerID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&brokerID, &host, &port, &rack)
        }
    }
}
