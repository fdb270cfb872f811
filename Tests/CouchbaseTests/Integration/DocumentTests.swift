import CouchbaseTesting
import NIOCore
import Testing

@testable import Couchbase

extension OnTestCluster {
    @Suite("Documents on the test cluster")
    struct DocumentTests {
        struct Order: Codable, Hashable, Sendable {
            var id: Int
            var items: [String] = []
        }

        private func withCollection(
            encrypted: Bool = false, _ body: (DocumentCollection, TestCluster) async throws -> Void
        ) async throws {
            let server = try await TestCluster.shared.value
            let string =
                encrypted
                ? try #require(server.endpoints.tls_connection_string) : server.endpoints.connection_string
            let cluster = try await Cluster.connect(
                TestCluster.patient(string), options: encrypted ? server.encryptedOptions : server.options)
            do {
                try await body(try await cluster.bucket(server.endpoints.bucket).defaultCollection, server)
            } catch {
                await cluster.close()
                throw error
            }
            await cluster.close()
        }

        @Test("Documents are written, read, changed and removed, in the open and over TLS", arguments: [false, true])
        func everything(encrypted: Bool) async throws {
            try await withCollection(encrypted: encrypted) { documents, _ in
                let key = "all-\(encrypted)"
                let inserted = try await documents.insert(key, Order(id: 1))
                #expect(inserted.token != nil)
                #expect(try await documents.get(key).content(as: Order.self) == Order(id: 1))
                await #expect(throws: CouchbaseError.self) { try await documents.insert(key, Order(id: 2)) }
                let replaced = try await documents.replace(key, Order(id: 3), MutationSettings(cas: inserted.cas))
                do throws(CouchbaseError) {
                    try await documents.replace(key, Order(id: 4), MutationSettings(cas: inserted.cas))
                    Issue.record("the CAS was old")
                } catch {
                    #expect(error.code == .casMismatch)
                }
                try await documents.mutateIn(
                    key, [.arrayAppend("items", "shoe"), .upsert("note", "x"), .increment("count", by: 2)],
                    MutationSettings(cas: replaced.cas, durability: .majority))
                let read = try await documents.lookupIn(key, [.get("items[0]"), .exists("nope"), .get("count")])
                #expect(try read.content(0, as: String.self) == "shoe")
                #expect(!read.exists(1))
                #expect(try read.content(2, as: Int.self) == 2)
                #expect(try await documents.exists(key))
                try await documents.remove(key)
                #expect(try await !documents.exists(key))
            }
        }

        @Test("Thousands of documents are written at once, and read by one call, in its order")
        func many() async throws {
            try await withCollection { documents, _ in
                try await withThrowingTaskGroup { group in
                    for id in 0..<3_000 { group.addTask { try await documents.upsert("many-\(id)", Order(id: id)) } }
                    try await group.waitForAll()
                }
                let results = await documents.get((0..<3_001).map { "many-\($0)" })
                #expect(try results.prefix(3_000).map { try $0.get().content(as: Order.self).id } == Array(0..<3_000))
                guard case .failure(let error) = results[3_000] else {
                    Issue.record("it was never written")
                    return
                }
                #expect(error.code == .documentNotFound)
            }
        }

        @Test("While vbuckets move and connections are reset, every write ends, and what succeeded is there")
        func moves() async throws {
            try await withCollection { documents, server in
                var kept: [Int] = []
                for round in 0..<5 {
                    async let moved: Void = server.post("move", "{\"node\": \(round % 3)}")
                    let results = await withTaskGroup(of: (Int, Bool).self) { group in
                        for id in round * 200..<round * 200 + 200 {
                            group.addTask {
                                do throws(CouchbaseError) {
                                    try await documents.upsert("move-\(id)", Order(id: id))
                                    return (id, true)
                                } catch {
                                    #expect(error.isAmbiguous, "\(error)")
                                    return (id, false)
                                }
                            }
                        }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    try await moved
                    kept += results.filter(\.1).map(\.0)
                    if round == 2 { try await server.post("disconnect", "{\"node\": 1}") }
                }
                #expect(kept.count > 900)
                let read = await documents.get(kept.map { "move-\($0)" })
                #expect(try read.map { try $0.get().content(as: Order.self).id } == kept)
                try await server.post("rebalance")
            }
        }

        @Test("After a node's end and its failover, everything goes on")
        func failover() async throws {
            try await withCollection { documents, server in
                for id in 0..<100 { try await documents.upsert("failover-\(id)", Order(id: id)) }
                try await server.post("kill", "{\"node\": 2}")
                try await server.post("failover", "{\"node\": 2}")
                for id in 0..<100 {
                    #expect(try await documents.get("failover-\(id)").content(as: Order.self).id == id)
                }
                try await server.post("rebalance")
            }
        }

        @Test("A collection is found by its names")
        func collections() async throws {
            try await withCollection { documents, server in
                try await server.manage("scopes", "name=shop")
                try await server.manage("scopes/shop/collections", "name=orders")
                let orders = documents.scope.bucket.scope("shop").collection("orders")
                try await orders.upsert("one", Order(id: 1))
                #expect(try await orders.get("one").content(as: Order.self).id == 1)
                #expect(try await !documents.exists("one"))
            }
        }

        @Test("A replica answers in place of its active node, and says what it has")
        func replicas() async throws {
            try await withCollection { documents, server in
                let key = "replicated"
                try await documents.upsert(key, Order(id: 1), MutationSettings(durability: .majority))
                #expect(try await documents.get(key, fromReplica: 1).content(as: Order.self).id == 1)
                // What is not replicated yet is not there yet.
                try await server.post("replication", #"{"on": false}"#)
                try await documents.upsert(key, Order(id: 2))
                #expect(try await documents.get(key, fromReplica: 1).content(as: Order.self).id == 1)
                #expect(try await documents.get(key).content(as: Order.self).id == 2)
                try await server.post("replication", #"{"on": true}"#)
                #expect(try await documents.get(key, fromReplica: 1).content(as: Order.self).id == 2)
                let missing = await #expect(throws: CouchbaseError.self) {
                    try await documents.get("never-written", fromReplica: 1)
                }
                #expect(missing?.code == .documentNotFound)
                let beyond = await #expect(throws: CouchbaseError.self) {
                    try await documents.get(key, fromReplica: 2)
                }
                #expect(beyond?.code == .invalidArgument)
            }
        }

        @Test("A lock keeps others out until it is given back with its key, or its time is over")
        func locks() async throws {
            try await withCollection { documents, server in
                let key = "locked"
                try await documents.upsert(key, Order(id: 1))
                let locked = try await documents.getAndLock(key, seconds: 20)
                #expect(try locked.content(as: Order.self).id == 1)
                func code(_ body: () async throws -> Void) async -> CouchbaseError.Code? {
                    do {
                        try await body()
                        return nil
                    } catch {
                        return (error as? CouchbaseError)?.code
                    }
                }
                // A write waits for the lock until its own time is over. On a machine that stands still, that may be
                // while an answer is on its way.
                let timeouts: [CouchbaseError.Code?] = [.unambiguousTimeout, .ambiguousTimeout]
                let brief = MutationSettings(timeout: .milliseconds(200))
                #expect(timeouts.contains(await code { try await documents.upsert(key, Order(id: 2), brief) }))
                #expect(
                    timeouts.contains(
                        await code { _ = try await documents.getAndLock(key, timeout: .milliseconds(200)) }))
                // Readers are not kept out; they cannot see the key to the lock.
                #expect(try await documents.get(key).content(as: Order.self).id == 1)
                #expect(try await documents.get(key).cas != locked.cas)
                #expect(await code { try await documents.unlock(key, cas: locked.cas &+ 1) } == .casMismatch)
                async let waiting = documents.upsert(key, Order(id: 3), MutationSettings(timeout: .seconds(60)))
                try await documents.unlock(key, cas: locked.cas)
                _ = try await waiting
                #expect(try await documents.get(key).content(as: Order.self).id == 3)
                #expect(await code { try await documents.unlock(key, cas: locked.cas) } == .documentNotLocked)
                // Its time is over; the key to the lock writes as long as nobody else has.
                let again = try await documents.getAndLock(key, seconds: 5)
                try await documents.replace(key, Order(id: 4), MutationSettings(cas: again.cas))
                let last = try await documents.getAndLock(key, seconds: 5)
                try await server.post("clock", #"{"seconds": 10}"#)
                try await documents.upsert(key, Order(id: 5))
                #expect(await code { try await documents.unlock(key, cas: last.cas) } != nil)
                #expect(try await documents.get(key).content(as: Order.self).id == 5)
            }
        }
    }
}
