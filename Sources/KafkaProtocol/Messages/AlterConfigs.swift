/// The request that replaces the settings of topics.
package struct AlterConfigsRequest: KafkaRequest {
    package static let api = API("AlterConfigs", key: 33, versions: 0...2, flexibleFrom: 2)
    package typealias Response = AlterConfigsResponse

    package var resources: [Resource] = []
    package var validateOnly = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&resources)
        try wire.field(&validateOnly)
    }

    package struct Resource: WireStructure {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configs: [Config] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&resourceType)
            try wire.field(&resourceName)
            try wire.field(&configs)
        }
    }

    package struct Config: WireStructure {
        package var name = ""
        package var value: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&name)
            try wire.field(&value)
        }
    }
}

/// The answer to ``AlterConfigsRequest``.
package struct AlterConfigsResponse: KafkaMessage {
    package static var api: API { AlterConfigsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var resources: [Resource] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds)
        try wire.field(&resources)
    }

    package struct Resource: WireStructure {
        package var errorCode = ErrorCode.none
        package var errorMessage: String?
        package var resourceType: Int8 = 0
        package var resourceName = ""

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&errorCode)
            try wire.field(&errorMessage)
            try wire.field(&resourceType)
            try wire.field(&resourceName)
        }
    }
}
