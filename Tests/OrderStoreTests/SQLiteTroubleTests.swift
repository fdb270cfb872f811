import Foundation
import GRDB
import OrderEvents
import Testing

@testable import OrderStore

@Suite("SQLite store in trouble")
struct SQLiteTroubleTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func failure(_ path: String, _ options: SQLiteOrderStore.Options = .init()) -> OrderStoreError? {
        do throws(OrderStoreError) {
            _ = try SQLiteOrderStore(path: path, options: options)
            return nil
        } catch { return error }
    }

    @Test("a directory that is missing, is a file, or cannot be written is named with what to do")
    func directories() throws {
        let missing = failure(directory.path("no/such/orders.sqlite"))
        #expect(missing?.code == .cannotOpen)
        #expect(missing?.message.contains(directory.path("no/such")) == true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path("file")))
        #expect(failure(directory.path("file/orders.sqlite"))?.code == .cannotOpen)
        #expect(failure(directory.url.path)?.code == .cannotOpen)
        // Nobody, not even root, makes files here.
        let readonly = failure("/proc/self/orders.sqlite")
        #expect(readonly?.code == .cannotOpen)
        #expect(readonly?.description.contains("/proc/self/orders.sqlite") == true)
    }

    @Test("a file that is no database, or another program's, is left as it is")
    func foreign() async throws {
        let garbage = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        try garbage.write(to: URL(fileURLWithPath: directory.path()))
        let error = failure(directory.path())
        #expect(error?.code == .notAStore)
        #expect(error?.message.contains(directory.path()) == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.path())) == garbage)

        let other = directory.path("other.sqlite")
        let queue = try DatabaseQueue(path: other)
        try await queue.write { try $0.execute(sql: "CREATE TABLE t (a); PRAGMA user_version = 1") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: other))
        #expect(failure(other)?.code == .notAStore)
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
        #expect(!FileManager.default.fileExists(atPath: other + "-wal"))
    }

    @Test("an empty file becomes a store")
    func empty() async throws {
        try Data().write(to: URL(fileURLWithPath: directory.path()))
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.ping()
        try await store.close()
    }

    @Test("a store from a newer version is refused by its version, and left as it is")
    func newer() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.close()
        let queue = try DatabaseQueue(path: directory.path())
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 70") }
        try queue.close()
        let error = failure(directory.path())
        #expect(error?.code == .newerVersion)
        #expect(error?.message.contains("schema 70") == true)
        #expect(error?.isRetriable == false)
    }

    @Test("a damaged file is an error that says how to get the data back, not a crash")
    func damaged() async throws {
        var samples = StoreSamples(seed: 61)
        let store = try SQLiteOrderStore(path: directory.path())
        try await store.apply(StoreBatch(orders: samples.documents(1...5_000)))
        try await store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.path()))
        try file.seek(toOffset: 40_960)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 80_000))
        try file.close()
        let reopened = try SQLiteOrderStore(path: directory.path())
        let error = await #expect(throws: OrderStoreError.self) { try await reopened.scan { _ in } }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("orders restore") == true)
        try await reopened.close()
    }

    @Test("another process that writes for too long makes a batch busy, which may be tried again")
    func busy() async throws {
        var options = SQLiteOrderStore.Options()
        options.busyTimeout = .milliseconds(50)
        let store = try SQLiteOrderStore(path: directory.path(), options: options)
        var leftOpen = Configuration()
        leftOpen.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: directory.path(), configuration: leftOpen)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        var samples = StoreSamples(seed: 62)
        let batch = StoreBatch(orders: samples.documents(1...3))
        let error = await #expect(throws: OrderStoreError.self) { try await store.apply(batch) }
        #expect(error?.code == .busy)
        #expect(error?.isRetriable == true)
        // Readers don't care who writes.
        #expect(try await store.newestOrders(limit: 1, until: .latest).isEmpty)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await store.apply(batch)
        #expect(try await store.counts().orders == 3)
        try other.close()
        try await store.close()
    }

    @Test("two stores on one file see each other's batches")
    func shared() async throws {
        let first = try SQLiteOrderStore(path: directory.path())
        let second = try SQLiteOrderStore(path: directory.path())
        var samples = StoreSamples(seed: 63)
        try await first.apply(StoreBatch(orders: samples.documents(1...10)))
        try await second.apply(StoreBatch(orders: samples.documents(6...20, revision: 2)))
        #expect(try await first.counts().orders == 20)
        #expect(try await second.order(OrderID(6)!)?.revision == 2)
        try await first.close()
        #expect(try await second.newestOrders(limit: 100, until: .latest).count == 20)
        try await second.close()
    }

    @Test("a reader that takes its time does not hold up the writer")
    func slowReader() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        var samples = StoreSamples(seed: 64)
        try await store.apply(StoreBatch(orders: samples.documents(1...10)))
        let (started, startedContinuation) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        let reader = Task {
            try await store.read { db in
                let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM orders") ?? 0
                startedContinuation.finish()
                release.wait()
                return [before, try Int.fetchOne(db, sql: "SELECT count(*) FROM orders") ?? 0]
            }
        }
        for await _ in started {}
        try await store.apply(StoreBatch(orders: samples.documents(11...30)))
        #expect(try await store.counts().orders == 30)
        release.signal()
        // The reader still saw the state it began with.
        #expect(try await reader.value == [10, 10])
        try await store.close()
    }

    @Test("a batch that has begun is carried through when its task is cancelled; a read stops")
    func cancelled() async throws {
        let store = try SQLiteOrderStore(path: directory.path())
        var samples = StoreSamples(seed: 65)
        let batch = StoreBatch(orders: samples.documents(1...10))
        let writer = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.apply(batch)
        }
        try await writer.value
        #expect(try await store.counts().orders == 10)
        let reader = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.newestOrders(limit: 1, until: .latest)
        }
        await #expect(throws: CancellationError.self) { try await reader.value }
        try await store.close()
    }
}
