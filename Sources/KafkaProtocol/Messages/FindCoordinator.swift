/// The request that finds the broker that coordinates a group or a transactional id.
package struct FindCoordinatorRequest: KafkaRequest {
    package static let api = API("FindCoordinator", key: 10, versions: 0...4, flexibleFrom: 3)
    package typealias Response = FindCoordinatorResponse

    package var key = ""
    package var keyType: Int8 = 0
    package var coordinatorKeys: [String] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&key, until: 3)
        try wire.field(&keyType, since: 1)
        try wire.field(&coordinatorKeys, since: 4)
    }
}

package struct FindCoordinatorResponse: KafkaMessage {
    package static var api: API { FindCoordinatorRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var nodeID: Int32 = 0
    package var host = ""
    package var port: Int32 = 0
    package var coordinators: [Coordinator] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.field(&errorCode, until: 3)
        try wire.field(&errorMessage, since: 1, until: 3)
        try wire.fields(&nodeID, &host, &port, until: 3)
        try wire.field(&coordinators, since: 4)
    }

    package struct Coordinator: WireStructure {
        package var key = ""
        package var nodeID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var errorCode = ErrorCode.none
        package var errorMessage: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&key, &nodeID, &host, &port)
            try wire.fields(&errorCode, &errorMessage)
        }
    }
}
