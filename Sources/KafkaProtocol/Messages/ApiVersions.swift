/// The request that lists the APIs and versions that the broker supports.
package struct ApiVersionsRequest: KafkaRequest {
    package static let api = API("ApiVersions", key: 18, versions: 0...3, flexibleFrom: 3)
    package typealias Response = ApiVersionsResponse

    package var clientSoftwareName = ""
    package var clientSoftwareVersion = ""

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&clientSoftwareName, &clientSoftwareVersion, since: 3)
    }
}

package struct ApiVersionsResponse: KafkaMessage {
    package static var api: API { ApiVersionsRequest.api }

    package var errorCode = ErrorCode.none
    package var apis: [SupportedAPI] = []
    package var throttleTimeMilliseconds: Int32 = 0
    package var supportedFeatures: [SupportedFeature] = []
    package var finalizedFeaturesEpoch: Int64 = -1
    package var finalizedFeatures: [FinalizedFeature] = []
    package var zkMigrationReady = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &apis)
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.tagged(0, \.supportedFeatures, of: &self)
        try wire.tagged(1, \.finalizedFeaturesEpoch, of: &self)
        try wire.tagged(2, \.finalizedFeatures, of: &self)
        try wire.tagged(3, \.zkMigrationReady, of: &self)
    }

    package struct SupportedAPI: WireStructure {
        package var apiKey: Int16 = 0
        package var minVersion: Int16 = 0
        package var maxVersion: Int16 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&apiKey, &minVersion, &maxVersion)
        }
    }

    package struct SupportedFeature: WireStructure {
        package var name = ""
        package var minVersion: Int16 = 0
        package var maxVersion: Int16 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &minVersion, &maxVersion)
        }
    }

    package struct FinalizedFeature: WireStructure {
        package var name = ""
        package var maxVersionLevel: Int16 = 0
        package var minVersionLevel: Int16 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &maxVersionLevel, &minVersionLevel)
        }
    }
}
