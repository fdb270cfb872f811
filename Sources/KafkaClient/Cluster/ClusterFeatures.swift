import KafkaProtocol

/// Features that all brokers of a cluster have agreed to use (KIP-584), by name.
struct ClusterFeatures: Hashable, Sendable {
    /// Goes up with each change; -1: nothing is known.
    private(set) var epoch: Int64 = -1
    private var levels: [String: Int16] = [:]

    init() {}

    init(_ answer: ApiVersionsResponse) {
        epoch = answer.finalizedFeaturesEpoch
        for feature in answer.finalizedFeatures { levels[feature.name] = feature.maxVersionLevel }
    }

    /// A broker has answered. One that knows of no features is of an earlier version, and so is all that is to be used.
    mutating func take(_ answer: ClusterFeatures) {
        if answer.epoch < 0 || answer.epoch >= epoch { self = answer }
    }

    /// Transactions that need not be opened, and of which each has an epoch of its own (KIP-890).
    var hasOwnEpochs: Bool { levels["transaction.version", default: 0] >= 2 }
}
