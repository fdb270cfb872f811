/// The request that changes single settings of topics.
package struct IncrementalAlterConfigsRequest: KafkaRequest {
    package static let api = API("IncrementalAlterConfigs", key: 44, versions: 0...1, flexibleFrom: 1)
    package typealias Response = IncrementalAlterConfigsResponse

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
        package var configOperation: Int8 = 0
        package var value: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.field(&name)
            try wire.field(&configOperation)
            try wire.field(&value)
        }
    }
}

/// The answer to ``IncrementalAlterConfigsRequest``.
package struct IncrementalAlterConfigsResponse: KafkaMessage {
    package static var api: API { IncrementalAlterConfigsRequest.api }

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
