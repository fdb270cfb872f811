import NIOCore

/// The request that shows the state and members of consumer groups.
package struct DescribeGroupsRequest: KafkaRequest {
    package static let api = API("DescribeGroups", key: 15, versions: 0...5, flexibleFrom: 5, throttledFrom: 1)
    package typealias Response = DescribeGroupsResponse

    package var groups: [String] = []
    package var includeAuthorizedOperations = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&groups)
        try wire.field(&includeAuthorizedOperations, since: 3)
    }
}

package typealias DescribeGroupsResponse = ResultsResponse<DescribeGroupsRequest, DescribeGroupsResult>

/// One group, with its members.
package struct DescribeGroupsResult: WireStructure {
    package var errorCode = ErrorCode.none
    package var groupID = ""
    package var groupState = ""
    package var protocolType = ""
    package var protocolData = ""
    package var members: [Member] = []
    package var authorizedOperations: Int32 = .min

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &groupID, &groupState, &protocolType)
        try wire.fields(&protocolData, &members)
        try wire.field(&authorizedOperations, since: 3)
    }

    package struct Member: WireStructure {
        package var memberID = ""
        package var groupInstanceID: String?
        package var clientID = ""
        package var clientHost = ""
        package var memberMetadata = ByteBuffer()
        package var memberAssignment = ByteBuffer()

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&memberID)
            try wire.field(&groupInstanceID, since: 4)
            try wire.fields(&clientID, &clientHost, &memberMetadata, &memberAssignment)
        }
    }
}
