import NIOCore
import TestSupport

@testable import Couchbase

/// How bad one run is: drawn from its seed.
struct Profile {
    let nodeCount: Int
    let isExternal: Bool
    let operationCount: Int
    let keyCount: Int
    /// Of a request, in a thousand.
    let faultRate: Int
    /// Of the cluster, in a run.
    let eventCount: Int
    let operationLimit: Int
    let outstandingLimit: Int
    let features: [Feature]
    let seeds: [Endpoint]
    let serviceRecords: [Endpoint]?
    let latency: Duration

    init(_ random: inout SeededGenerator) {
        let nodeCount = Int.random(in: 1...4, using: &random)
        self.nodeCount = nodeCount
        isExternal = Int.random(in: 0..<4, using: &random) == 0
        operationCount = Int.random(in: 10...80, using: &random)
        keyCount = Int.random(in: 1...8, using: &random)
        faultRate = [0, 20, 100, 300].randomElement(using: &random) ?? 0
        eventCount = Int.random(in: 0...12, using: &random)
        operationLimit = [5, 40, 1_000].randomElement(using: &random) ?? 1
        outstandingLimit = [1, 4, 1_000].randomElement(using: &random) ?? 1
        let optional: Set<Feature> = [
            .unorderedExecution, .knownConfigVersion, .deduplicatedConfigs, .briefConfigPush, .duplex, .snappy, .json,
            .tracing,
        ]
        var chosen: [Feature] = []
        for feature in Feature.wanted where !optional.contains(feature) || Bool.random(using: &random) {
            chosen.append(feature)
        }
        features = chosen
        let prefix = isExternal ? "external" : "node"
        let nodes = (0..<nodeCount).map { Endpoint(host: "\(prefix)\($0)", port: SimulatedCluster.port) }
        let alias = Endpoint(host: "alias", port: SimulatedCluster.port)
        // Behind an alias nobody can tell which network it is, so the alternate one is taken.
        let canAlias = isExternal
        serviceRecords = Int.random(in: 0..<4, using: &random) == 0 ? nodes : nil
        switch Int.random(in: 0..<3, using: &random) {
        case 0: seeds = nodes
        case 1 where canAlias: seeds = [alias]
        default: seeds = [Endpoint(host: "nowhere", port: 1)] + nodes.shuffled(using: &random)
        }
        latency = .microseconds(Int.random(in: 50...20_000, using: &random))
    }
}

/// What goes wrong with one request.
enum Fault: CaseIterable {
    /// The status says that nothing was done, and nothing was.
    case refuse
    /// The outcome of a durable write is not known: done, or not.
    case ambiguous
    case notMine, notMineWithoutConfig, dropBefore, dropAfter, duplicate, stray, late, lateExecution, closeBefore
    case closeAfter, cut, unknownRetriable, unknownFinal, reconnect

    static let refusals: [Status] = [
        .temporaryFailure, .busy, .outOfMemory, .notInitialized, .locked, .durableWriteInProgress,
        .durableWriteReCommitInProgress, .configOnly, .unknownCollection,
    ]
    static let retriableStatus = Status(rawValue: 0x7f01)
    static let finalStatus = Status(rawValue: 0x7f02)
    static let reconnectStatuses: [Status] = [.noBucket, .authStale, Status(rawValue: 0x7f03)]
    static let errorMap = """
        {"version":2,"revision":1,"errors":{\
        "7f01":{"name":"AGAIN","desc":"again","attrs":["retry-later"]},\
        "7f02":{"name":"NO","desc":"no","attrs":["item-only"]},\
        "7f03":{"name":"STALE","desc":"stale","attrs":["conn-state-invalidated"]}}}
        """
}
