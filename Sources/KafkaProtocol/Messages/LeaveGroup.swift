/// The request that takes members out of a consumer group.
package struct LeaveGroupRequest: KafkaRequest {
    package static let api = API("LeaveGroup", key: 13, versions: 0...5, flexibleFrom: 4)
    package typealias Response = LeaveGroupResponse

    package var groupID = ""
    package var memberID = ""
    package var members: [Member] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&groupID)
        try wire.field(&memberID, until: 2)
        try wire.field(&members, since: 3)
    }

    package struct Member: WireStructure {
        package var memberID = ""
        package var groupInstanceID: String?
        package var reason: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&memberID, &groupInstanceID)
            try wire.field(&reason, since: 5)
        }
    }
}

package struct LeaveGroupResponse: KafkaMessage {
    package static var api: API { LeaveGroupRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var members: [Member] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.field(&errorCode)
        try wire.field(&members, since: 3)
    }

    package struct Member: WireStructure {
        package var memberID = ""
        package var groupInstanceID: String?
        package var errorCode = ErrorCode.none

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&memberID, &groupInstanceID, &errorCode)
        }
    }
}
