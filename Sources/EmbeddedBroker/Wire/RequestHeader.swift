import NIOCore

/// What every request starts with.
struct RequestHeader: Hashable, Sendable {
    var apiKey: APIKey
    var apiVersion: Int16
    /// Chosen by the client and echoed in the response.
    var correlationID: Int32
    var clientID: String?

    init(apiKey: APIKey, apiVersion: Int16, correlationID: Int32, clientID: String?) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// Reads the header of one frame (without its length prefix) and leaves `reader` at the body, set to the
    /// body's encoding.
    ///
    /// A version outside ``ApiVersions/supported`` throws, except for ApiVersions itself, which a client may ask in any
    /// version: ``BrokerRequest`` tells the two apart.
    init(from reader: inout WireReader) throws(WireError) {
        reader.flexible = false
        let key = try reader.int16()
        apiVersion = try reader.int16()
        correlationID = try reader.int32()
        guard let apiKey = APIKey(rawValue: key) else { throw .unknownAPIKey(key) }
        self.apiKey = apiKey
        // The client id keeps its fixed-width length even in the flexible header.
        clientID = try reader.nullableString()
        guard apiKey.supportedVersions.contains(apiVersion) else {
            guard apiKey == .apiVersions else {
                throw .unsupportedVersion(apiKey: apiKey, version: apiVersion)
            }
            return
        }
        reader.flexible = apiKey.isFlexible(apiVersion)
        try reader.endStructure()
    }
}
