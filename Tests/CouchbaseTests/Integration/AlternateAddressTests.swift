import CouchbaseTesting
import NIOCore
import Testing

@testable import Couchbase

/// A cluster whose nodes know each other by names that lead nowhere from here, as Capella's do.
@Suite("Alternate addresses", .serialized)
struct AlternateAddressTests {
    private static let cluster = Task {
        try await TestCluster("--nodes", "3", "--vbuckets", "64", "--alternate", "--tls")
    }

    @Test(
        "All nodes are reached by them, for documents and for queries, whether they are asked for or found",
        .timeLimit(.minutes(2)), arguments: ["external", "auto"], [false, true])
    func external(network: String, encrypted: Bool) async throws {
        let server = try await Self.cluster.value
        let string =
            encrypted ? try #require(server.endpoints.tls_connection_string) : server.endpoints.connection_string
        let cluster = try await Cluster.connect(
            "\(TestCluster.patient(string))&network=\(network)",
            options: encrypted ? server.encryptedOptions : server.options)
        let bucket = try await cluster.bucket(server.endpoints.bucket)
        let documents = bucket.defaultCollection
        // So many that every node has some.
        for id in 0..<60 { try await documents.upsert("alternate-\(id)", [id]) }
        for id in 0..<60 {
            #expect(try await documents.get("alternate-\(id)").content(as: [Int].self) == [id])
            #expect(try await documents.get("alternate-\(id)", fromReplica: 1).content(as: [Int].self) == [id])
        }
        #expect(try await cluster.query("SELECT RAW 1 + 1").rows(as: Int.self) == [2])
        await cluster.close()
    }

    @Test("The nodes' own names are used where they are asked for, and lead nowhere", .timeLimit(.minutes(1)))
    func internalNames() async throws {
        let server = try await Self.cluster.value
        let cluster = try await Cluster.connect(
            "\(server.endpoints.connection_string)?network=default&kv_timeout=1s", options: server.options)
        let documents = try await cluster.bucket(server.endpoints.bucket).defaultCollection
        let error = await #expect(throws: CouchbaseError.self) { try await documents.upsert("default", [1]) }
        #expect(error?.code == .unambiguousTimeout)
        #expect(error?.message.contains("internal.invalid") == true, "\(String(describing: error))")
        await cluster.close()
    }
}
