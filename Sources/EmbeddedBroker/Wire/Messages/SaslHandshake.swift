/// The request that chooses a SASL mechanism; versions 0...1.
struct SaslHandshakeRequest: WireRequest {
    typealias Response = SaslHandshakeResponse
    static let apiKey = APIKey.saslHandshake

    var mechanism = ""
}

extension SaslHandshakeRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        mechanism = try reader.string()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(mechanism)
    }
}

/// The answer to ``SaslHandshakeRequest``.
struct SaslHandshakeResponse: WireMessage {
    static let apiKey = APIKey.saslHandshake

    var errorCode = ErrorCode.none
    var mechanisms: [String] = []
}

extension SaslHandshakeResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        mechanisms = try reader.strings()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.strings(mechanisms)
    }
}
