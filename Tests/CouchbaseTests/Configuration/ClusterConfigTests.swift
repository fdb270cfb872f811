import NIOCore
import Testing

@testable import Couchbase

@Suite("The cluster's configuration")
struct ClusterConfigTests {
    /// Two data nodes and one with queries only.
    static let text = """
        {"rev": 42, "revEpoch": 2, "name": "orders", "uuid": "u", "nodeLocator": "vbucket",
         "bucketCapabilities": ["collections", "durableWrite"],
         "nodes": [{"hostname": "10.0.0.1:8091", "ports": {"direct": 11210}}, {"hostname": "10.0.0.2:8091"}],
         "nodesExt": [
           {"hostname": "10.0.0.1", "thisNode": true, "services": {"mgmt": 8091, "kv": 11210, "kvSSL": 11207},
            "alternateAddresses": {"external": {"hostname": "n1.example", "ports": {"kvSSL": 31207}}}},
           {"hostname": "10.0.0.2", "services": {"kv": 11210, "kvSSL": 11207},
            "alternateAddresses": {"external": {"hostname": "n2.example"}}},
           {"hostname": "10.0.0.3", "services": {"n1ql": 8093, "n1qlSSL": 18093}}],
         "vBucketServerMap": {"hashAlgorithm": "CRC", "numReplicas": 1,
           "serverList": ["10.0.0.1:11210", "10.0.0.2:11210"],
           "vBucketMap": [[0, 1], [1, 0], [1, -1], [-1, 0]]}}
        """

    static func parse(_ text: String, from host: String = "10.0.0.1") throws(ConfigError) -> ClusterConfig {
        try ClusterConfig(json: ByteBuffer(string: text), from: host)
    }

    @Test("A bucket's configuration is read: version, nodes, services, capabilities, map")
    func bucketConfig() throws {
        let config = try Self.parse(Self.text)
        #expect(config.version == ClusterConfig.Version(epoch: 2, revision: 42))
        let bucket = try #require(config.bucket)
        #expect(bucket.name == "orders")
        #expect(bucket.capabilities == ["collections", "durableWrite"])
        #expect(config.nodes.count == 3)
        #expect(config.dataNodes.map(\.hostname) == ["10.0.0.1", "10.0.0.2"])
        let map = bucket.vbuckets
        #expect((0..<4).map { map.activeNode(of: $0) } == [0, 1, 1, nil])
        #expect((0..<4).map { map.replicaNode(of: $0, replica: 1) } == [1, 0, nil, 0])
        #expect(map.activeNode(of: 4) == nil)
        #expect(map.replicaNode(of: 0, replica: 2) == nil)
    }

    @Test("Ports depend on service, encryption and network")
    func endpoints() throws {
        let nodes = try Self.parse(Self.text).nodes
        #expect(
            nodes[0].endpoint(of: .keyValue, encrypted: false, network: .default)
                == Endpoint(host: "10.0.0.1", port: 11_210))
        let external = ClusterNetwork.alternate("external")
        #expect(
            nodes[0].endpoint(of: .keyValue, encrypted: true, network: external)
                == Endpoint(host: "n1.example", port: 31_207))
        // With ports of its own, an alternate address reaches those alone; without, all.
        #expect(nodes[0].endpoint(of: .keyValue, encrypted: false, network: external) == nil)
        #expect(
            nodes[1].endpoint(of: .keyValue, encrypted: false, network: external)
                == Endpoint(host: "n2.example", port: 11_210))
        #expect(nodes[2].endpoint(of: .keyValue, encrypted: false, network: .default) == nil)
        #expect(nodes[2].endpoint(of: .query, encrypted: true, network: external) == nil)
        #expect(nodes[2].endpoint(of: .query, encrypted: true, network: .default)?.port == 18_093)
    }

    @Test("The network follows the host that was dialled")
    func network() throws {
        let config = try Self.parse(Self.text)
        #expect(try ClusterNetwork.choose(.automatic, dialled: "10.0.0.2", config: config) == .default)
        #expect(try ClusterNetwork.choose(.automatic, dialled: "n2.example", config: config) == .alternate("external"))
        #expect(try ClusterNetwork.choose(.automatic, dialled: "lb.example", config: config) == .alternate("external"))
        #expect(try ClusterNetwork.choose(.default, dialled: "lb.example", config: config) == .default)
        let error = #expect(throws: CouchbaseError.self) {
            try ClusterNetwork.choose(.alternate("inside"), dialled: "x", config: config)
        }
        #expect(error?.message.contains("known are external") == true)
    }

    @Test("$HOST and a missing host name are the host that was dialled")
    func placeholder() throws {
        let text = """
            {"rev": 1, "nodesExt": [{"services": {"kv": 1}}, {"hostname": "$HOST", "services": {"kv": 2}}]}
            """
        let config = try Self.parse(text, from: "::1")
        #expect(config.nodes.map(\.hostname) == ["::1", "::1"])
        #expect(config.bucket == nil)
        #expect(config.version == ClusterConfig.Version(epoch: 0, revision: 1))
    }

    @Test("A configuration without nodesExt is read from its nodes")
    func oldForm() throws {
        let config = try Self.parse(#"{"rev": 1, "nodes": [{"hostname": "$HOST:8091", "ports": {"direct": 5}}]}"#)
        #expect(
            config.nodes[0].endpoint(of: .keyValue, encrypted: false, network: .default)
                == Endpoint(host: "10.0.0.1", port: 5))
    }

    @Test("A newer epoch is newer whatever the revision")
    func versions() {
        let old = ClusterConfig.Version(epoch: 0, revision: 900)
        let new = ClusterConfig.Version(epoch: 1, revision: 1)
        #expect(old < new)
        #expect(new < ClusterConfig.Version(epoch: 1, revision: 2))
        #expect(!(new < new))
    }

    @Test(
        "What cannot be used is said",
        arguments: [
            ("{", "cannot be used"), ("{}", "rev"), (#"{"rev": 1}"#, "0 nodes"),
            (#"{"rev": 1, "nodesExt": []}"#, "0 nodes"),
            (#"{"rev": 1, "nodesExt": [{"services": {"kv": 70000}}]}"#, "70000 is not a port"),
            (#"{"rev": 1, "name": "b", "nodeLocator": "ketama", "nodesExt": [{}]}"#, "memcached bucket"),
            (#"{"rev": 1, "name": "b", "nodesExt": [{}]}"#, "no vbucket map"),
            (map("[]"), "0 vbuckets"), (map("[[0]]"), "1 nodes instead of 2"), (map("[[0, 1]]"), "on node 1 of 1"),
            (map("[[-2, 0]]"), "on node -2"), (map("[[0, -1]]", servers: #""a:1", "b:1""#), "2 servers"),
        ])
    func errors(text: String, words: String) {
        let error = #expect(throws: ConfigError.self) { try Self.parse(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    private static func map(_ rows: String, servers: String = #""a:1""#) -> String {
        """
        {"rev": 1, "name": "b", "nodesExt": [{"services": {"kv": 1}}],
         "vBucketServerMap": {"numReplicas": 1, "serverList": [\(servers)], "vBucketMap": \(rows)}}
        """
    }
}
