import KafkaProtocol

/// What the broker says that it supports.
enum ApiVersions {
    /// The advertised ranges, ordered by API key.
    ///
    /// Produce is advertised from version 0 although versions before 3 (message formats 0 and 1) are refused:
    /// librdkafka before 2.8 turns compression and message format 2 off unless the old versions are listed
    /// (KAFKA-18659).
    private static let apis = ServedAPIs.requests.map { request in
        ApiVersionsResponse.SupportedAPI {
            $0.apiKey = request.api.key
            $0.minVersion = request.api == ProduceRequest.api ? 0 : request.api.versions.lowerBound
            $0.maxVersion = request.api.versions.upperBound
        }
    }

    /// What is served, and which features clients are to use.
    ///
    /// - Parameter level: of `transaction.version`. With 2 a transaction's requests add partitions and groups by
    ///   themselves, and its end gives a new epoch (KIP-890).
    static func response(transactionVersion level: Int16) -> ApiVersionsResponse {
        ApiVersionsResponse {
            $0.apis = apis
            let feature = "transaction.version"
            $0.supportedFeatures = [.init { ($0.name, $0.minVersion, $0.maxVersion) = (feature, 1, 2) }]
            $0.finalizedFeaturesEpoch = 1
            $0.finalizedFeatures = [.init { ($0.name, $0.minVersionLevel, $0.maxVersionLevel) = (feature, 1, level) }]
        }
    }

    /// The answer to a version of ApiVersions that is not known: the error, and the versions of ApiVersions itself.
    static let unsupportedVersionResponse = ApiVersionsResponse {
        $0.errorCode = .unsupportedVersion
        $0.apis = apis.filter { $0.apiKey == ApiVersionsRequest.api.key }
    }
}
