/// The request that keeps a member's session alive and tells it of rebalances.
package struct HeartbeatRequest: KafkaRequest {
    package static let api = API("Heartbeat", key: 12, versions: 0...4, flexibleFrom: 4)
    package typealias Response = HeartbeatResponse

    package var groupID = ""
    package var generationID: Int32 = 0
    package var memberID = ""
    package var groupInstanceID: String?

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &generationID, &memberID)
        try wire.field(&groupInstanceID, since: 3)
    }
}

package struct HeartbeatResponse: KafkaMessage {
    package static var api: API { HeartbeatRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.field(&errorCode)
    }
}
