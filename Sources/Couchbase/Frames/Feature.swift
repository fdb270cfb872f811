/// What client and server agree on with HELLO. An unknown number is kept.
struct Feature: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }
    private init(_ rawValue: UInt16) { self.rawValue = rawValue }

    /// Mutations answer with the vbucket's UUID and the sequence number.
    static let mutationTokens = Feature(0x04)
    static let attributes = Feature(0x06)
    /// The newer status codes, and error maps.
    static let extendedErrors = Feature(0x07)
    static let selectBucket = Feature(0x08)
    static let snappy = Feature(0x0a)
    static let json = Feature(0x0b)
    /// The server may send requests.
    static let duplex = Feature(0x0c)
    static let configPush = Feature(0x0d)
    /// Responses may overtake each other.
    static let unorderedExecution = Feature(0x0e)
    /// Responses carry the time that the server took.
    static let tracing = Feature(0x0f)
    /// Requests may carry framing extras.
    static let alternativeRequests = Feature(0x10)
    static let durability = Feature(0x11)
    static let collections = Feature(0x12)
    static let preserveExpiry = Feature(0x14)
    static let createAsDeleted = Feature(0x17)
    /// GET_CLUSTER_CONFIG takes the version that is known already.
    static let knownConfigVersion = Feature(0x1d)
    /// NOT_MY_VBUCKET carries a config only where it is news.
    static let deduplicatedConfigs = Feature(0x1e)
    /// A push that names the new version only.
    static let briefConfigPush = Feature(0x1f)

    /// What this client asks for.
    static let wanted: [Feature] = [
        .mutationTokens, .attributes, .extendedErrors, .selectBucket, .snappy, .json, .duplex, .unorderedExecution,
        .tracing, .alternativeRequests, .durability, .collections, .preserveExpiry, .knownConfigVersion,
        .deduplicatedConfigs, .briefConfigPush,
    ]
}
