import Foundation
import NIOCore
import Testing

@testable import Couchbase

/// Faults that were reported of other Couchbase clients, tried on this one. Each test's name has the report's.
@Suite("Faults that other clients had")
struct ReportedFaultsTests {
    private static let both = ScriptedCluster.config(2, nodes: ["a", "b"], map: [0, 1, 0, 1])
    private static let one = ScriptedCluster.config(2, nodes: ["a"], map: [0, 0, 0, 0])
    private static let upsert = KeyValueOperation.upsert(.json(ByteBuffer(string: "1")), MutationOptions())

    private func started(
        _ config: String, seeds: [String] = ["a"], _ change: (inout ScriptedCluster) -> Void = { _ in }
    ) throws -> ScriptedCluster {
        var cluster = ScriptedCluster(seeds: seeds, config: config)
        change(&cluster)
        try cluster.start()
        return cluster
    }

    private func isSuccess(_ result: Result<OperationResult, CouchbaseError>?) -> Bool {
        if case .success = result { true } else { false }
    }

    private func code(_ result: Result<OperationResult, CouchbaseError>?) -> CouchbaseError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    @Test("CXXCBC-839: a pushed configuration without a bucket does not make the bucket's next one look old")
    func clusterConfigPush() throws {
        var cluster = try started(Self.one)
        func push(_ json: String) -> RequestFrame {
            RequestFrame(opcode: .configChanged, isFromServer: true, value: ByteBuffer(string: json))
        }
        let whole = #"{"rev":9,"revEpoch":1,"nodesExt":[{"hostname":"a","services":{"kvSSL":11207}}]}"#
        try cluster.push(push(whole), from: "a")
        #expect(cluster.client.config?.version.revision == 2)
        try cluster.push(push(ScriptedCluster.config(5, nodes: ["a", "b"], map: [1, 1, 1, 1])), from: "a")
        #expect(cluster.client.config?.version.revision == 5)
        try cluster.submit(Self.upsert)
        #expect(cluster.received.last?.endpoint.host == "b")
    }

    /// Found this client wanting: the look-up was repeated on the same connection until the operation's time was over.
    @Test("libcouchbase #40: a connection that lost its bucket is replaced, also where only collections are asked for")
    func lostBucket() throws {
        var cluster = try started(Self.one)
        let first = try #require(cluster.open.keys.first)
        cluster.answer = { ScriptedCluster.ok($0.request, $0.link == first ? .noBucket : .success) }
        let id = try cluster.submit(Self.upsert, in: ScriptedCluster.collection)
        try cluster.advance(by: .seconds(1))
        #expect(isSuccess(cluster.results[id]))
        #expect(cluster.open[first] == nil && cluster.open.count == 1)
    }

    @Test("CXXCBC-58: a node that was taken out is no longer used")
    func ejectedNode() throws {
        var cluster = try started(Self.both)
        #expect(Set(cluster.open.values.map(\.host)) == ["a", "b"])
        cluster.config = ScriptedCluster.config(3, nodes: ["a"], map: [0, 0, 0, 0])
        // Announced as was negotiated: without its text.
        try cluster.push(RequestFrame(opcode: .configChanged, isFromServer: true), from: "b")
        #expect(cluster.open.values.map(\.host) == ["a"])
        for key in ["k1", "k2", "k3", "k4"] { try cluster.submit(Self.upsert, key) }
        #expect(Set(cluster.received.map(\.endpoint.host)) == ["a"])
        #expect(cluster.results.values.allSatisfy(isSuccess))
    }

    @Test("CXXCBC-403: a write that meets the wrong node is sent to the right one, not cancelled")
    func notMyVBucket() throws {
        var cluster = try started(Self.one)
        let newer = ScriptedCluster.config(3, nodes: ["a", "b"], map: [1, 1, 1, 1])
        cluster.config = newer
        cluster.answer = {
            $0.endpoint.host == "b"
                ? ScriptedCluster.ok($0.request) : ScriptedCluster.ok($0.request, .notMyVBucket, newer)
        }
        let id = try cluster.submit(Self.upsert)
        try cluster.advance(by: .milliseconds(50))
        #expect(isSuccess(cluster.results[id]))
        #expect(cluster.received.map(\.endpoint.host) == ["a", "b"])
    }

    @Test("RFC 75: an answer of the wrong node without a configuration is repeated, and the configuration asked for")
    func emptyNotMyVBucket() throws {
        var cluster = try started(Self.one)
        cluster.config = ScriptedCluster.config(3, nodes: ["a", "b"], map: [1, 1, 1, 1])
        cluster.answer = { ScriptedCluster.ok($0.request, $0.endpoint.host == "a" ? .notMyVBucket : .success) }
        let id = try cluster.submit(Self.upsert)
        try cluster.advance(by: .milliseconds(50))
        #expect(isSuccess(cluster.results[id]))
        #expect(cluster.client.config?.version.revision == 3)
    }

    @Test("CXXCBC-107, CXXCBC-994: whatever is under way, or comes later, hears that the cluster is closed")
    func closed() throws {
        var cluster = try started(Self.one)
        // One that is repeated, and one that waits for a node that is away.
        cluster.answer = { ScriptedCluster.ok($0.request, .temporaryFailure) }
        let repeated = try cluster.submit(Self.upsert)
        try cluster.disconnect("a")
        let parked = try cluster.submit(.get, "k2")
        try cluster.close()
        #expect(cluster.isClosed)
        #expect(code(cluster.results[repeated]) == .requestCanceled)
        #expect(code(cluster.results[parked]) == .requestCanceled)
        let error = #expect(throws: CouchbaseError.self) { try cluster.submit(.get) }
        #expect(error?.code == .requestCanceled)
    }

    @Test("JVMCBC-1696: no connection goes to a node that holds nothing of the bucket")
    func nodesOfTheBucket() throws {
        let cluster = try started(ScriptedCluster.config(2, nodes: ["a", "b"], others: ["c"], map: [0, 1, 0, 1]))
        #expect(cluster.opened.map(\.host).sorted() == ["a", "b"])
    }

    @Test("CXXCBC-140: a node that takes the connection and says nothing is given up, and the next seed serves")
    func silentNode() throws {
        var cluster = try started(Self.one, seeds: ["mute"]) { $0.silent = ["mute"] }
        let id = try cluster.submit(Self.upsert, timeout: .seconds(20))
        try cluster.advance(by: .milliseconds(1_900))
        #expect(cluster.open.values.map(\.host) == ["mute"])
        try cluster.advance(by: .milliseconds(200))
        #expect(cluster.open.isEmpty)
        cluster.silent = []
        try cluster.advance(by: .seconds(10))
        #expect(isSuccess(cluster.results[id]))
    }

    @Test("CXXCBC-134, CXXCBC-328: after a connection's end there is one new one, not two")
    func oneConnection() throws {
        var cluster = try started(Self.both)
        #expect(cluster.opened.count == 2)
        try cluster.disconnect("b")
        try cluster.push(RequestFrame(opcode: .configChanged, isFromServer: true), from: "a")
        cluster.config = ScriptedCluster.config(3, nodes: ["a", "b"], map: [1, 0, 1, 0])
        try cluster.push(RequestFrame(opcode: .configChanged, isFromServer: true), from: "a")
        try cluster.advance(by: .seconds(30))
        #expect(cluster.opened.map(\.host) == ["a", "b", "b"])
        #expect(cluster.open.count == 2)
    }

    @Test("CXXCBC-343: without service records the host itself serves")
    func withoutRecords() throws {
        var cluster = ScriptedCluster(seeds: ["a"], config: Self.one, serviceRecord: "_couchbases._tcp.a")
        try cluster.start()
        let id = try cluster.submit(Self.upsert)
        #expect(isSuccess(cluster.results[id]))
    }

    @Test("CXXCBC-172: where all nodes are lost, the service records are asked for again")
    func movedCluster() throws {
        var cluster = ScriptedCluster(seeds: ["a"], config: Self.one, serviceRecord: "_couchbases._tcp.alias")
        cluster.serviceRecords = [
            [Endpoint(host: "a", port: 11_207)], [Endpoint(host: "z", port: 11_207)],
        ]
        try cluster.start()
        // The cluster moves: the old node is gone permanently.
        cluster.absent = ["a"]
        cluster.config = ScriptedCluster.config(9, nodes: ["z"], map: [0, 0, 0, 0])
        try cluster.disconnect("a")
        let id = try cluster.submit(Self.upsert, timeout: .seconds(60))
        try cluster.advance(by: .seconds(30))
        #expect(isSuccess(cluster.results[id]))
        #expect(cluster.received.last?.endpoint.host == "z")
    }

    @Test("CXXCBC-199, CXXCBC-492: an id of a collection that is out of date is looked up again, with patience")
    func outdatedCollection() throws {
        var cluster = try started(Self.one)
        try cluster.submit(Self.upsert, in: ScriptedCluster.collection)
        // Dropped and made again: the node hears of it after a while.
        let lookups = Counter()
        cluster.answer = { one in
            if one.request.opcode == .getCollectionID {
                lookups.value += 1
                guard lookups.value > 3 else { return ScriptedCluster.ok(one.request, .unknownCollection) }
                var response = ScriptedCluster.ok(one.request)
                response.extras = ByteBuffer()
                response.extras.writeMultipleIntegers(UInt64(2), UInt32(0x555))
                return response
            }
            var key = one.request.key
            let id = try? UnsignedLEB128.decode(&key)
            return ScriptedCluster.ok(one.request, id == 0x555 ? .success : .unknownCollection)
        }
        let id = try cluster.submit(Self.upsert, in: ScriptedCluster.collection)
        try cluster.advance(by: .seconds(1))
        #expect(isSuccess(cluster.results[id]))
        #expect(lookups.value == 4)
    }

    @Test("CXXCBC-896: what a node refuses indefinitely ends at its deadline, not behind it, and changed nothing")
    func boundedRetries() throws {
        var cluster = try started(Self.one)
        cluster.answer = { ScriptedCluster.ok($0.request, .temporaryFailure) }
        let id = try cluster.submit(Self.upsert, timeout: .milliseconds(700))
        try cluster.advance(by: .milliseconds(699))
        #expect(cluster.results[id] == nil)
        try cluster.advance(by: .milliseconds(1))
        #expect(code(cluster.results[id]) == .unambiguousTimeout)
        // 1, 2, 4 … 256 ms, and never faster.
        #expect(cluster.received.count == 10)
    }

    private final class Counter {
        var value = 0
    }
}
