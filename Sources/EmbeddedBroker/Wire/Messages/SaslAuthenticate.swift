import NIOCore

/// The request that carries the messages of a SASL mechanism; versions 0...2.
struct SaslAuthenticateRequest: WireRequest {
    typealias Response = SaslAuthenticateResponse
    static let apiKey = APIKey.saslAuthenticate

    var authBytes = ByteBuffer()
}

extension SaslAuthenticateRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        authBytes = try reader.bytes()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.bytes(authBytes)
        writer.endStructure()
    }
}

/// The answer to ``SaslAuthenticateRequest``.
struct SaslAuthenticateResponse: WireMessage {
    static let apiKey = APIKey.saslAuthenticate

    var errorCode = ErrorCode.none
    var errorMessage: String?
    var authBytes = ByteBuffer()
    var sessionLifetimeMilliseconds: Int64 = 0
}

extension SaslAuthenticateResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        authBytes = try reader.bytes()
        if version >= 1 {
            sessionLifetimeMilliseconds = try reader.int64()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.bytes(authBytes)
        if version >= 1 {
            writer.int64(sessionLifetimeMilliseconds)
        }
        writer.endStructure()
    }
}
