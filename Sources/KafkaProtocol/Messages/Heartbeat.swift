/// The request that keeps a member's session alive and tells it of rebalances.
package struct HeartbeatRequest: KafkaRequest {
    package static let api = API("Heartbeat", key: 12, versions: 0...4, flexibleFrom: 4, throttledFrom: 1)
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

package typealias HeartbeatResponse = ErrorResponse<HeartbeatRequest>
