import NIOCore
import Testing

@testable import Couchbase

@Suite("Operations of a node that is taken out")
struct DisplacedOperationTests {
    @Test("those that wait for its connection go to its successor at once")
    func waiting() throws {
        var cluster = ScriptedCluster(
            seeds: ["a"], config: ScriptedCluster.config(2, nodes: ["a", "b"], map: [0, 1, 0, 1]))
        try cluster.start()
        cluster.absent = ["b"]
        try cluster.disconnect("b")
        let upsert = KeyValueOperation.upsert(.json(ByteBuffer(string: "1")), MutationOptions())
        let ids = try (1...8).map { try cluster.submit(upsert, "k\($0)") }
        let waiting = ids.filter { cluster.results[$0] == nil }
        #expect(!waiting.isEmpty && waiting.count < ids.count)

        cluster.config = ScriptedCluster.config(3, nodes: ["a"], map: [0, 0, 0, 0])
        // Announced as was negotiated: without its text.
        try cluster.push(RequestFrame(opcode: .configChanged, isFromServer: true), from: "a")
        for id in waiting {
            guard case .success = cluster.results[id] else {
                Issue.record("operation \(id): \(String(describing: cluster.results[id]))")
                continue
            }
        }
    }
}
