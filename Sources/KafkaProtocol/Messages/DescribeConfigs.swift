/// The request that shows the settings of topics and brokers.
package struct DescribeConfigsRequest: KafkaRequest {
    package static let api = API("DescribeConfigs", key: 32, versions: 0...4, flexibleFrom: 4)
    package typealias Response = DescribeConfigsResponse

    package var resources: [Resource] = []
    package var includeSynonyms = false
    package var includeDocumentation = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&resources)
        try wire.field(&includeSynonyms, since: 1)
        try wire.field(&includeDocumentation, since: 3)
    }

    package struct Resource: WireStructure {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configurationKeys: [String]?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&resourceType, &resourceName, &configurationKeys)
        }
    }
}

package typealias DescribeConfigsResponse = ResultsResponse<DescribeConfigsRequest, DescribeConfigsResult>

/// The settings of one topic or broker.
package struct DescribeConfigsResult: WireStructure {
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var resourceType: Int8 = 0
    package var resourceName = ""
    package var configs: [Config] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &errorMessage, &resourceType, &resourceName)
        try wire.field(&configs)
    }

    package struct Config: WireStructure {
        package var name = ""
        package var value: String?
        package var readOnly = false
        package var isDefault = false
        package var configSource: Int8 = -1
        package var isSensitive = false
        package var synonyms: [Synonym] = []
        package var configType: Int8 = 0
        package var documentation: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &value, &readOnly)
            try wire.field(&isDefault, until: 0)
            try wire.field(&configSource, since: 1)
            try wire.field(&isSensitive)
            try wire.field(&synonyms, since: 1)
            try wire.fields(&configType, &documentation, since: 3)
        }
    }

    package struct Synonym: WireStructure {
        package var name = ""
        package var value: String?
        package var source: Int8 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &value, &source)
        }
    }
}
