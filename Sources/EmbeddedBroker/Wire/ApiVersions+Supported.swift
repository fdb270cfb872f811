/// What the broker says that it supports.
enum ApiVersions {
    /// The advertised ranges, ordered by API key.
    ///
    /// Produce is advertised from version 0 although versions before 3 (message formats 0 and 1) are refused: librdkafka before
    /// 2.8 turns compression and message format 2 off unless the old versions are listed (KAFKA-18659).
    static let supported: [ApiVersionsResponse.API] = APIKey.allCases.map { key in
        ApiVersionsResponse.API(
            apiKey: key.rawValue,
            minVersion: key == .produce ? 0 : key.supportedVersions.lowerBound,
            maxVersion: key.supportedVersions.upperBound)
    }

    /// The answer to ``BrokerRequest/unsupportedAPIVersions``, to be written in version 0: the error, and the versions of
    /// ApiVersions itself to ask in next (KIP-511).
    static let unsupportedVersionResponse = ApiVersionsResponse(
        errorCode: .unsupportedVersion,
        apis: supported.filter { $0.apiKey == APIKey.apiVersions.rawValue })
}
