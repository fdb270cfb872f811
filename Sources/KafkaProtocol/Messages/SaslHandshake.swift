/// The request that chooses a SASL mechanism.
package struct SaslHandshakeRequest: KafkaRequest {
    package static let api = API("SaslHandshake", key: 17, versions: 0...1)
    package typealias Response = SaslHandshakeResponse

    package var mechanism = ""

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&mechanism)
    }
}

package struct SaslHandshakeResponse: KafkaMessage {
    package static var api: API { SaslHandshakeRequest.api }

    package var errorCode = ErrorCode.none
    package var mechanisms: [String] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &mechanisms)
    }
}
