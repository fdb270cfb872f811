import NIOCore

/// The request that hands the leader's assignment to the members of a group.
package struct SyncGroupRequest: KafkaRequest {
    package static let api = API("SyncGroup", key: 14, versions: 0...5, flexibleFrom: 4)
    package typealias Response = SyncGroupResponse

    package var groupID = ""
    package var generationID: Int32 = 0
    package var memberID = ""
    package var groupInstanceID: String?
    package var protocolType: String?
    package var protocolName: String?
    package var assignments: [Assignment] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &generationID, &memberID)
        try wire.field(&groupInstanceID, since: 3)
        try wire.fields(&protocolType, &protocolName, since: 5)
        try wire.field(&assignments)
    }

    package struct Assignment: WireStructure {
        package var memberID = ""
        package var assignment = ByteBuffer()

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&memberID, &assignment)
        }
    }
}

package struct SyncGroupResponse: KafkaMessage {
    package static var api: API { SyncGroupRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var protocolType: String?
    package var protocolName: String?
    package var assignment = ByteBuffer()

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.field(&errorCode)
        try wire.fields(&protocolType, &protocolName, since: 5)
        try wire.field(&assignment)
    }
}
