import NIOCore

/// The request that carries the messages of a SASL mechanism.
package struct SaslAuthenticateRequest: KafkaRequest {
    package static let api = API("SaslAuthenticate", key: 36, versions: 0...2, flexibleFrom: 2)
    package typealias Response = SaslAuthenticateResponse

    package var authBytes = ByteBuffer()

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&authBytes)
    }
}

package struct SaslAuthenticateResponse: KafkaMessage {
    package static var api: API { SaslAuthenticateRequest.api }

    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var authBytes = ByteBuffer()
    package var sessionLifetimeMilliseconds: Int64 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &errorMessage, &authBytes)
        try wire.field(&sessionLifetimeMilliseconds, since: 1)
    }
}
