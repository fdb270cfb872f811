import Couchbase
import CouchbaseTesting
import OrderEvents
import OrderStore
import Testing

@testable import CouchbaseOrderStore

extension CouchbaseOrderStoreTests {
    @Suite("Trouble with the cluster", .disabled(if: StoreOnCluster.isReal, "a real cluster is not broken on purpose"))
    struct Trouble {
        struct Fault: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let rule: String
        }

        static let faults = [
            Fault(
                testDescription: "written, and said to be ambiguous",
                rule: #""action": "after", "status": "SYNC_WRITE_AMBIGUOUS""#),
            Fault(
                testDescription: "not written, and said to be ambiguous",
                rule: #""action": "status", "status": "SYNC_WRITE_AMBIGUOUS""#),
            Fault(testDescription: "asked to come later", rule: #""action": "status", "status": "TMPFAIL""#),
            Fault(testDescription: "the connection ends after it was written", rule: #""action": "close_after""#),
            Fault(testDescription: "the connection ends before it is written", rule: #""action": "close""#),
        ]

        @Test("nothing is lost and nothing doubled, however writes end", .timeLimit(.minutes(2)), arguments: faults)
        func writes(_ fault: Fault) async throws {
            try await StoreOnCluster.withStoreAndCluster { cluster, store in
                var samples = StoreSamples(seed: 51)
                for opcode in ["ADD", "REPLACE", "SUBDOC_MUTATION"] {
                    try await cluster.post(
                        "faults", #"{"opcode": "\#(opcode)", "count": 40, "probability": 0.2, \#(fault.rule)}"#)
                }
                var last: [OrderDocument] = []
                for revision in 1...4 as ClosedRange<Int64> {
                    last = samples.documents(1...60, revision: revision)
                    let window = StoreSamples.minute(revision)
                    let batch = StoreBatch(
                        orders: last,
                        aggregates: (0..<3).flatMap { partition in
                            [window, .allTime].map {
                                StoreSamples.aggregate($0, partition: partition, revision: revision)
                            }
                        })
                    try await applyAsTheSinkDoes(batch, to: store)
                }
                #expect(try await cluster.hits() > 20)
                try await cluster.post("faults", method: "DELETE")
                #expect(Set(try await store.orders(last.map(\.order.id))) == Set(last))
                #expect(try await store.counts().orders == 60)
                #expect(try await store.counts().windows == 12)
                #expect(try await store.aggregates(from: .epoch, to: .latest).count == 12)
                #expect(try await store.totals().map(\.revision) == [4, 4, 4])
            }
        }

        /// The sink repeats a batch that could not be written.
        private func applyAsTheSinkDoes(_ batch: StoreBatch, to store: CouchbaseOrderStore) async throws {
            for _ in 0..<20 {
                do {
                    return try await store.apply(batch)
                } catch let error as OrderStoreError {
                    #expect(error.isRetriable, "\(error)")
                }
            }
            try await store.apply(batch)
        }

        @Test("a key whose reservation was not answered is its caller's", arguments: faults)
        func reservations(_ fault: Fault) async throws {
            try await StoreOnCluster.withStoreAndCluster { cluster, store in
                let order = try #require(OrderID(7))
                for opcode in ["ADD", "SUBDOC_MUTATION", "DELETE"] {
                    try await cluster.post("faults", #"{"opcode": "\#(opcode)", "count": 1, \#(fault.rule)}"#)
                }
                func reserve(_ key: String) async throws -> IdempotencyOutcome {
                    try await store.reserveIdempotencyKey(
                        key, requestHash: [1], orderID: order, now: StoreSamples.start)
                }
                #expect(try await reserve("one") == .reserved)
                #expect(try await reserve("one") == .inProgress(order))
                try await store.completeIdempotencyKey("one", now: StoreSamples.start)
                #expect(try await reserve("one") == .completed(order))
                #expect(try await reserve("two") == .reserved)
                try await store.releaseIdempotencyKey("two")
                #expect(try await reserve("two") == .reserved)
                #expect(try await cluster.hits() == 3)
            }
        }

        @Test("a key is gone from the cluster some time after its horizon")
        func expiry() async throws {
            try await StoreOnCluster.withStoreAndCluster { cluster, store in
                let order = try #require(OrderID(7))
                _ = try await store.reserveIdempotencyKey("k", requestHash: [], orderID: order, now: StoreSamples.start)
                try await store.completeIdempotencyKey("k", now: StoreSamples.start)
                func keys() async throws -> Int {
                    try await store.rows("SELECT RAW COUNT(*) FROM `idempotency_keys`", as: Int.self)[0]
                }
                #expect(try await keys() == 1)
                try await cluster.post("clock", #"{"seconds": 90001}"#)
                #expect(try await keys() == 0)
            }
        }

        @Test("what a setting is wrong about is said in one line", .timeLimit(.minutes(1)))
        func wrongSettings() async throws {
            try await StoreOnCluster.withScope { settings in
                func expect(
                    _ code: OrderStoreError.Code, _ word: String, _ change: (inout CouchbaseStoreSettings) -> Void
                ) async {
                    var wrong = settings
                    change(&wrong)
                    do {
                        _ = try await StoreOnCluster.open(wrong)
                        Issue.record("it was opened")
                    } catch {
                        #expect((error as? OrderStoreError)?.code == code, "\(error)")
                        #expect("\(error)".contains(word) && !"\(error)".contains("\n"), "\(error)")
                        #expect(!"\(error)".contains("another"), "\(error)")
                    }
                }
                await expect(.cannotOpen, "password") { $0.password = "another" }
                await expect(.cannotOpen, "nope") { $0.bucket = "nope" }
                await expect(.unavailable, "refused") { $0.connectionString = "couchbase://127.0.0.1:1" }
                await expect(.cannotOpen, "connection string") { $0.connectionString = "couchbase://" }
                await expect(.cannotOpen, "orders store indexes --print") { $0.makesSchema = false }
            }
        }

        @Test("lists say what is missing, while orders are written and read by key")
        func withoutIndexes() async throws {
            try await StoreOnCluster.withStoreAndCluster { cluster, store in
                try await cluster.post(
                    "query_faults", #"{"code": 4000, "msg": "No index available", "status": 404, "count": 100}"#)
                var samples = StoreSamples(seed: 71)
                let documents = samples.documents(1...10)
                try await store.apply(StoreBatch(orders: documents))
                #expect(try await store.order(documents[3].order.id) == documents[3])
                let error = await #expect(throws: OrderStoreError.self) {
                    try await store.newestOrders(limit: 1, until: .latest)
                }
                #expect(error?.code == .cannotOpen)
                #expect(error?.message.contains("orders store indexes --print") == true)
            }
        }
    }
}
