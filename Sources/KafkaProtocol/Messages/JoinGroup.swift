import NIOCore

/// The request that takes part in a rebalance of a consumer group.
package struct JoinGroupRequest: KafkaRequest {
    package static let api = API("JoinGroup", key: 11, versions: 0...9, flexibleFrom: 6)
    package typealias Response = JoinGroupResponse

    package var groupID = ""
    package var sessionTimeoutMilliseconds: Int32 = 0
    package var rebalanceTimeoutMilliseconds: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String?
    package var protocolType = ""
    package var protocols: [GroupProtocol] = []
    package var reason: String?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &sessionTimeoutMilliseconds)
        try wire.field(&rebalanceTimeoutMilliseconds, since: 1)
        try wire.field(&memberID)
        try wire.field(&groupInstanceID, since: 5)
        try wire.fields(&protocolType, &protocols)
        try wire.field(&reason, since: 8)
    }

    package struct GroupProtocol: WireStructure {
        package var name = ""
        package var metadata = ByteBuffer()

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &metadata)
        }
    }
}

package struct JoinGroupResponse: KafkaMessage {
    package static var api: API { JoinGroupRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var generationID: Int32 = -1
    package var protocolType: String?
    package var protocolName: String?
    package var leader = ""
    package var skipAssignment = false
    package var memberID = ""
    package var members: [Member] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 2)
        try wire.fields(&errorCode, &generationID)
        try wire.field(&protocolType, since: 7)
        try wire.field(&protocolName, nullableSince: 7)
        try wire.field(&leader)
        try wire.field(&skipAssignment, since: 9)
        try wire.fields(&memberID, &members)
    }

    package struct Member: WireStructure {
        package var memberID = ""
        package var groupInstanceID: String?
        package var metadata = ByteBuffer()

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&memberID)
            try wire.field(&groupInstanceID, since: 5)
            try wire.field(&metadata)
        }
    }
}
