import KafkaProtocol

/// What the broker says that it supports.
enum ApiVersions {
    /// The advertised ranges, ordered by API key.
    ///
    /// Produce is advertised from version 0 although versions before 3 (message formats 0 and 1) are refused:
    /// librdkafka before 2.8 turns compression and message format 2 off unless the old versions are listed
    /// (KAFKA-18659).
    static let response = ApiVersionsResponse {
        $0.apis = ServedAPIs.requests.map { request in
            .init {
                $0.apiKey = request.api.key
                $0.minVersion = request.api == ProduceRequest.api ? 0 : request.api.versions.lowerBound
                $0.maxVersion = request.api.versions.upperBound
            }
        }
    }

    /// The answer to a version of ApiVersions that is not known: the error, and the versions of ApiVersions itself.
    static let unsupportedVersionResponse = ApiVersionsResponse {
        $0.errorCode = .unsupportedVersion
        $0.apis = response.apis.filter { $0.apiKey == ApiVersionsRequest.api.key }
    }
}
