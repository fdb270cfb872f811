import NIOCore
import TestSupport

@testable import Couchbase

/// What all nodes of a cluster agree on: who holds which vbucket, the collections, and the documents.
struct SimulatedCluster {
    static let bucket = "orders"
    static let vbucketCount = 8
    static let port = 11_207

    struct Document: Equatable {
        var cas: UInt64
        var tags: [String]

        /// A list of the tags of those operations that made it what it is.
        var json: String { "[" + tags.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
    }

    /// The state of a key from this time on.
    struct Version {
        let time: Duration
        let document: Document?
    }

    struct Execution {
        let key: String
        let opcode: Opcode
        /// The operation, where its request says which it is.
        let tag: String?
        let cas: UInt64
        let time: Duration
    }

    let nodeCount: Int
    let isExternal: Bool
    var isAlive: [Bool]
    /// The node of each vbucket, by revision; the last is the truth.
    var maps: [[Int]]
    /// How many revisions a node knows of.
    var known: [Int]
    var collectionID: UInt32 = 8
    var lastCAS: UInt64 = 0
    var versions: [String: [Version]] = [:]
    var executions: [Execution] = []

    init(nodeCount: Int, isExternal: Bool) {
        self.nodeCount = nodeCount
        self.isExternal = isExternal
        isAlive = Array(repeating: true, count: nodeCount)
        maps = [(0..<Self.vbucketCount).map { $0 % nodeCount }]
        known = Array(repeating: 1, count: nodeCount)
    }

    func host(_ node: Int) -> String { isExternal ? "external\(node)" : "node\(node)" }

    func node(of host: String) -> Int? {
        if host == "alias" { return isAlive.firstIndex(of: true) ?? 0 }
        return (0..<nodeCount).first { self.host($0) == host }
    }

    func owner(of vbucket: Int) -> Int { maps[maps.count - 1][vbucket] }

    /// The configuration as a node knows it.
    func config(of node: Int) -> String {
        let revision = known[node]
        let map = maps[revision - 1].map { "[\($0)]" }.joined(separator: ",")
        let nodes = (0..<nodeCount).map { node in
            """
            {"hostname":"node\(node)","services":{"kvSSL":\(Self.port)},\
            "alternateAddresses":{"external":{"hostname":"external\(node)","ports":{"kvSSL":\(Self.port)}}}}
            """
        }
        let servers = (0..<nodeCount).map { "\"node\($0):11210\"" }.joined(separator: ",")
        return """
            {"rev":\(revision),"revEpoch":1,"name":"\(Self.bucket)","nodeLocator":"vbucket",\
            "nodesExt":[\(nodes.joined(separator: ","))],\
            "vBucketServerMap":{"hashAlgorithm":"CRC","numReplicas":0,"serverList":[\(servers)],"vBucketMap":[\(map)]}}
            """
    }

    func document(_ key: String) -> Document? { versions[key]?.last?.document }

    mutating func store(_ key: String, _ tags: [String]?, request: RequestFrame, tag: String?, now: Duration) -> UInt64
    {
        lastCAS += 1
        versions[key, default: []].append(
            Version(time: now, document: tags.map { Document(cas: lastCAS, tags: $0) }))
        executions.append(Execution(key: key, opcode: request.opcode, tag: tag, cas: lastCAS, time: now))
        return lastCAS
    }
}
