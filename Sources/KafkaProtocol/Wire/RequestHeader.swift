import NIOCore

/// What every request starts with.
package struct RequestHeader: Hashable, Sendable {
    package var api: API
    package var version: Int16
    /// Chosen by the client and echoed in the response.
    package var correlationID: Int32
    package var clientID: String?

    package init(api: API, version: Int16, correlationID: Int32, clientID: String?) {
        self.api = api
        self.version = version
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// False for ApiVersions alone, which a client may ask for in any version.
    package var isSupported: Bool { api.versions.contains(version) }
}

extension RequestHeader {
    /// Reads the header of one frame (without its length prefix) and leaves `reader` at the body, set to the body's
    /// version.
    ///
    /// - Parameter lookUp: the API that has a key, nil if there is none.
    /// - Throws: besides what is malformed, an unknown API, and a version that it does not have. Only ApiVersions may
    ///   come in any
    ///   version: see ``isSupported``.
    package init(from reader: inout WireReader, _ lookUp: (Int16) -> API?) throws(WireError) {
        reader.flexible = false
        let key = try reader.int16()
        version = try reader.int16()
        correlationID = try reader.int32()
        guard let api = lookUp(key) else { throw .unknownAPIKey(key) }
        self.api = api
        // The client id keeps its fixed-width length even in the flexible header.
        clientID = try reader.nullableString()
        guard api.versions.contains(version) else {
            guard api == ApiVersionsRequest.api else { throw .unsupportedVersion(api, version) }
            return
        }
        reader.version = version
        reader.flexible = api.isFlexible(version)
        try reader.endStructure()
    }
}
