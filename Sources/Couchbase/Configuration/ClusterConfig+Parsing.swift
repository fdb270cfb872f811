import Foundation
import NIOCore

/// The configuration's JSON, as a server writes it.
private struct ConfigDocument: Decodable {
    struct Node: Decodable {
        let hostname: String?
        let ports: [String: Int]?
    }

    struct ExtendedNode: Decodable {
        struct Alternate: Decodable {
            let hostname: String
            let ports: [String: Int]?
        }

        let hostname: String?
        let services: [String: Int]?
        let alternateAddresses: [String: Alternate]?
    }

    struct Map: Decodable {
        let hashAlgorithm: String?
        let numReplicas: Int
        let serverList: [String]
        let vBucketMap: [[Int]]
    }

    let rev: Int64
    let revEpoch: Int64?
    let name: String?
    let uuid: String?
    let nodeLocator: String?
    let bucketCapabilities: [String]?
    let nodes: [Node]?
    let nodesExt: [ExtendedNode]?
    let vBucketServerMap: Map?
}

extension ClusterConfig {
    /// More than any cluster has, and what memory is taken for at most.
    private static let maximumNodes = 1_024
    private static let hostPlaceholder = "$HOST"

    /// Parses a configuration.
    /// - Parameter host: where it was fetched; it stands for `$HOST`, and for a node without a name.
    init(json: ByteBuffer, from host: String) throws(ConfigError) {
        let document: ConfigDocument
        do {
            document = try JSONDecoder().decode(ConfigDocument.self, from: Data(json.readableBytesView))
        } catch {
            throw ConfigError("\(error)")
        }
        version = Version(epoch: document.revEpoch ?? 0, revision: document.rev)
        nodes = try Self.nodes(document, host: host)
        if let name = document.name {
            guard document.nodeLocator ?? "vbucket" == "vbucket" else {
                throw ConfigError("the bucket \(name) is a memcached bucket, which is not supported")
            }
            guard let map = document.vBucketServerMap else {
                throw ConfigError("the bucket \(name) has no vbucket map")
            }
            guard map.hashAlgorithm ?? "CRC" == "CRC" else {
                throw ConfigError("the hash algorithm \(map.hashAlgorithm ?? "") is unknown")
            }
            let vbuckets = try VBucketMap(
                map.vBucketMap, replicaCount: map.numReplicas, nodeCount: map.serverList.count)
            guard vbuckets.nodeCount <= nodes.count else {
                throw ConfigError("\(vbuckets.nodeCount) servers hold vbuckets, but it has \(nodes.count) nodes")
            }
            bucket = Bucket(
                name: name, uuid: document.uuid ?? "", capabilities: Set(document.bucketCapabilities ?? []),
                vbuckets: vbuckets)
        } else {
            bucket = nil
        }
    }

    private static func nodes(_ document: ConfigDocument, host: String) throws(ConfigError) -> [ClusterNode] {
        let count = max(document.nodesExt?.count ?? 0, document.nodes?.count ?? 0)
        guard (1...maximumNodes).contains(count) else { throw ConfigError("it has \(count) nodes") }
        guard let extended = document.nodesExt else { return try plainNodes(document.nodes ?? [], host: host) }
        var nodes: [ClusterNode] = []
        for node in extended {
            for (name, port) in node.services ?? [:] where !(1...65_535).contains(port) {
                throw ConfigError("\(port) is not a port for \(name)")
            }
            nodes.append(
                ClusterNode(
                    hostname: resolve(node.hostname ?? hostPlaceholder, host: host), ports: node.services ?? [:],
                    alternates: (node.alternateAddresses ?? [:]).mapValues {
                        ClusterNode.AlternateAddress(hostname: resolve($0.hostname, host: host), ports: $0.ports)
                    }))
        }
        return nodes
    }

    /// What servers wrote before there were services: the key-value port apart, the host with the management port.
    private static func plainNodes(_ nodes: [ConfigDocument.Node], host: String) throws(ConfigError) -> [ClusterNode] {
        var result: [ClusterNode] = []
        for node in nodes {
            guard let direct = node.ports?["direct"], (1...65_535).contains(direct) else {
                throw ConfigError("a node has no key-value port")
            }
            var name = node.hostname ?? hostPlaceholder
            if let colon = name.lastIndex(of: ":"), name[name.index(after: colon)...].allSatisfy(\.isNumber) {
                name = String(name[..<colon])
            }
            result.append(
                ClusterNode(
                    hostname: resolve(name, host: host), ports: [ClusterNode.Service.keyValue.rawValue: direct],
                    alternates: [:]))
        }
        return result
    }

    private static func resolve(_ name: String, host: String) -> String {
        var name = name == hostPlaceholder ? host : name.replacing(hostPlaceholder, with: host)
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        return name
    }
}
