/// The request that replaces the settings of topics.
package struct AlterConfigsRequest: KafkaRequest {
    package static let api = API("AlterConfigs", key: 33, versions: 0...2, flexibleFrom: 2)
    package typealias Response = AlterConfigsResponse

    package var resources: [Resource] = []
    package var validateOnly = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&resources, &validateOnly)
    }

    package typealias Resource = AlteredResource<Config>

    package struct Config: WireStructure {
        package var name = ""
        package var value: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &value)
        }
    }
}

/// What is to become of the settings of one resource.
package struct AlteredResource<Config: WireStructure>: WireStructure {
    package var resourceType: Int8 = 0
    package var resourceName = ""
    package var configs: [Config] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&resourceType, &resourceName, &configs)
    }
}

package typealias AlterConfigsResponse = ResultsResponse<AlterConfigsRequest, AlterConfigsResult>

/// What became of the settings of one resource.
package struct AlterConfigsResult: WireStructure {
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var resourceType: Int8 = 0
    package var resourceName = ""

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &errorMessage, &resourceType, &resourceName)
    }
}
