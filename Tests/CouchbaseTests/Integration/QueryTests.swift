import CouchbaseTesting
import NIOCore
import Testing

@testable import Couchbase

extension OnTestCluster {
    @Suite("Queries on the test cluster")
    struct QueryTests {
        struct Order: Codable, Hashable, Sendable {
            let id: Int
            let country: String
        }

        private func withScope(
            encrypted: Bool = false, _ body: (Cluster, DocumentCollection, String, TestCluster) async throws -> Void
        ) async throws {
            let server = try await TestCluster.shared.value
            let string =
                encrypted
                ? try #require(server.endpoints.tls_connection_string) : server.endpoints.connection_string
            let cluster = try await Cluster.connect(
                TestCluster.patient(string), options: encrypted ? server.encryptedOptions : server.options)
            do {
                let bucket = try await cluster.bucket(server.endpoints.bucket)
                let name = QueryRequest.quoted(bucket.name)
                do throws(CouchbaseError) {
                    _ = try await cluster.query("CREATE PRIMARY INDEX ON \(name)")
                } catch {
                    #expect(error.code == .indexExists, "\(error)")
                }
                try await body(cluster, bucket.defaultCollection, name, server)
            } catch {
                await cluster.close()
                throw error
            }
            await cluster.close()
        }

        @Test("Named arguments reach the statement, and rows come back", arguments: [false, true])
        func arguments(encrypted: Bool) async throws {
            try await withScope(encrypted: encrypted) { cluster, documents, name, _ in
                let country = "arguments-\(encrypted)"
                for id in 0..<20 { try await documents.upsert("\(country)-\(id)", Order(id: id, country: country)) }
                var options = QueryOptions(arguments: ["country": country, "least": 5])
                options.consistency = .requestPlus
                options.isReadOnly = true
                let result = try await cluster.query(
                    "SELECT d.id, d.country FROM \(name) d WHERE d.country = $country AND d.id >= $least ORDER BY d.id",
                    options)
                #expect(try await result.rows(as: Order.self) == (5..<20).map { Order(id: $0, country: country) })
            }
        }

        @Test("A query needs no bucket")
        func withoutBucket() async throws {
            let server = try await TestCluster.shared.value
            let cluster = try await Cluster.connect(
                TestCluster.patient(server.endpoints.connection_string), options: server.options)
            #expect(try await cluster.query("SELECT RAW 1 + 1").rows(as: Int.self) == [2])
            await cluster.close()
        }

        @Test("A prepared statement is used again, and prepared again when the server forgets it")
        func prepared() async throws {
            try await withScope { cluster, documents, name, server in
                try await documents.upsert("prepared", Order(id: 7, country: "prepared"))
                let statement = "SELECT RAW d.id FROM \(name) d WHERE d.country = $country"
                var options = QueryOptions(arguments: ["country": "prepared"])
                options.consistency = .requestPlus
                options.isPrepared = true
                for round in 0..<4 {
                    if round == 2 {
                        try await server.post("query_faults", #"{"code": 4040, "msg": "no such prepared statement"}"#)
                    }
                    let result = try await cluster.query(statement, options)
                    #expect(try await result.rows(as: Int.self) == [7])
                }
                #expect(cluster.plans[PlanCache.Key(statement: statement, context: "")] != nil)
                try await server.post("query_faults", method: "DELETE")
            }
        }

        @Test("A query that has to see a mutation sees it, however late the indexes are")
        func consistency() async throws {
            try await withScope { cluster, documents, name, server in
                try await server.post("lag", "{\"on\": true}")
                let written = try await documents.upsert("late", Order(id: 1, country: "late"))
                let statement = "SELECT RAW d.id FROM \(name) d WHERE d.country = 'late'"
                #expect(try await cluster.query(statement).rows(as: Int.self).isEmpty)
                var state = MutationState()
                state.add([written], in: documents.scope.bucket)
                var options = QueryOptions()
                options.consistency = .atPlus(state)
                #expect(try await cluster.query(statement, options).rows(as: Int.self) == [1])
                options.consistency = .requestPlus
                #expect(try await cluster.query(statement, options).rows(as: Int.self) == [1])
                try await server.post("lag", "{\"on\": false}")
            }
        }

        @Test("Errors have their names, also behind rows, and what asks for another attempt gets it")
        func errors() async throws {
            try await withScope { cluster, documents, name, server in
                func code(_ statement: String) async throws -> CouchbaseError.Code? {
                    do {
                        _ = try await cluster.query(statement).rows(as: Int.self)
                        return nil
                    } catch let error as CouchbaseError {
                        return error.code
                    }
                }
                #expect(try await code("SELEKT 1") == .parsingFailure)
                #expect(try await code("CREATE PRIMARY INDEX ON \(name)") == .indexExists)
                try await documents.upsert("behind", Order(id: 3, country: "behind"))
                try await server.post("query_faults", #"{"code": 5010, "msg": "something broke", "rows": 1}"#)
                #expect(try await code("SELECT RAW 1") == .internalServerFailure)
                try await server.post("query_faults", #"{"code": 5000, "msg": "once more", "retry": true}"#)
                #expect(try await code("SELECT RAW 1") == nil)
                try await server.post("query_faults", method: "DELETE")
            }
        }
    }
}
