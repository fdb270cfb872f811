/// The request that changes single settings of topics.
package struct IncrementalAlterConfigsRequest: KafkaRequest {
    package static let api = API("IncrementalAlterConfigs", key: 44, versions: 0...1, flexibleFrom: 1)
    package typealias Response = IncrementalAlterConfigsResponse

    package var resources: [Resource] = []
    package var validateOnly = false

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&resources, &validateOnly)
    }

    package typealias Resource = AlteredResource<Config>

    package struct Config: WireStructure {
        package var name = ""
        package var configOperation: Int8 = 0
        package var value: String?

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&name, &configOperation, &value)
        }
    }
}

package typealias IncrementalAlterConfigsResponse = ResultsResponse<
    IncrementalAlterConfigsRequest, AlterConfigsResult
>
