import Dispatch
import GRDB
import OrderEvents
import Synchronization

/// An order store in one SQLite file (write-ahead log, one writer, many readers).
///
/// Readers see the state of the last batch while the next one is written, and never hold it up. SQLite's blocking
/// calls run on queues of their own. Several processes may share the file.
public final class SQLiteOrderStore: OrderStore {
    /// What can be set; the defaults suit the platform.
    public struct Options: Sendable {
        /// Concurrent readers, 1...64.
        public var readers = 4
        /// Page cache of the writer, in bytes. Random updates gain most from it.
        public var writerCacheBytes = 64 << 20
        /// Page cache of each reader, in bytes.
        public var readerCacheBytes = 8 << 20
        /// Pages (of 4 KiB) in the write-ahead log before they are moved to the file.
        public var checkpointPages = 10_000
        /// How long to wait for another process that writes, before `.busy`.
        public var busyTimeout = Duration.seconds(10)
        /// How long an idempotency key is remembered.
        public var idempotencyHorizon = Duration.seconds(86_400)
        /// Documents that one page of a filtered search looks at; a fraction of it where each costs a look-up of its own.
        public var maximumScanned = StoreLimits.maximumScanned
        /// Whether what is written is noted for the search index. Without it filters walk: for comparisons.
        package var keepsSearchIndex = true
        /// Sizes of the search index's work.
        package var search = SearchTuning()

        /// What suits a platform on one machine.
        public init() {}
    }

    /// The file; SQLite keeps two others beside it.
    public let path: String
    let options: Options
    let pool: DatabasePool
    let idempotency: GroupCommit
    let searchKeeper: SearchKeeper
    private let searchPlanner: SearchPlanner
    private let isClosed = Mutex(false)

    /// Opens the file, making it if there is none (its directory must exist), and brings its schema up to date.
    ///
    /// Blocks while it does: a start of milliseconds, longer after a crash.
    ///
    /// - Throws: ``OrderStoreError``: `.cannotOpen`, `.notAStore`, `.newerVersion`, `.busy`, `.storage`, `.corrupt`,
    ///   each naming the path and what to do.
    public init(path: String, options: Options = Options()) throws(OrderStoreError) {
        self.path = path
        self.options = options
        try StoreFile.check(path, busyTimeout: options.busyTimeout)
        do {
            pool = try DatabasePool(path: path, configuration: SQLiteOrderStore.configuration(options))
            try pool.writeWithoutTransaction { db in
                // GRDB chooses NORMAL for a write-ahead log: a batch that was acknowledged could be lost with the
                // power.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
                try Schema.migrate(db)
            }
        } catch {
            throw StoreFile.explain(error, opening: path)
        }
        let opened = pool
        let planner = SearchPlanner(options.search)
        searchPlanner = planner
        searchKeeper = SearchKeeper { isResting in
            try await opened.searchStep(planner, isResting: isResting, flushesAll: false)
        }
        idempotency = GroupCommit(pool: pool, horizon: options.idempotencyHorizon, path: path)
    }

    /// Looks whether the file is a store that this version can open. Changes nothing. Blocks.
    ///
    /// - Throws: ``OrderStoreError``, as opening it would.
    public static func check(path: String) throws(OrderStoreError) {
        try StoreFile.check(path, busyTimeout: .seconds(3))
    }

    private static func configuration(_ options: Options) -> Configuration {
        var configuration = Configuration()
        configuration.label = "orders.store"
        configuration.maximumReaderCount = min(max(options.readers, 1), 64)
        configuration.busyMode = .timeout(options.busyTimeout.inSeconds)
        configuration.foreignKeysEnabled = false
        let (writerCache, readerCache) = (options.writerCacheBytes, options.readerCacheBytes)
        configuration.prepareDatabase { db in
            let bytes = db.configuration.readonly ? readerCache : writerCache
            // Negative: in KiB.
            try db.execute(sql: "PRAGMA cache_size = -\(max(64, bytes >> 10))")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    /// Reads one row, to see that the store answers.
    public func ping() async throws {
        try await read { db in _ = try Int.fetchOne(db, sql: "SELECT value FROM counters LIMIT 1") }
    }

    /// Waits for what is under way; later calls fail as `closed`.
    public func close() async throws {
        let isFirst = isClosed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        await searchKeeper.stop()
        let pool = pool
        do {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                // It waits for the writer and the readers: not on the cooperative pool.
                DispatchQueue.global().async { done.resume(with: Result { try pool.close() }) }
            }
        } catch {
            isClosed.withLock { $0 = false }
            throw StoreFile.explain(error, using: path)
        }
    }

    /// Reads one consistent state, on a reader's queue. A cancelled task's read stops with `CancellationError`.
    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
        try checkOpen()
        do { return try await pool.read(body) } catch { throw StoreFile.explain(error, using: path) }
    }

    /// Writes in one transaction, on the writer's queue. It is not cut short by the task's cancellation: a batch that
    /// has begun is carried through.
    func write(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try checkOpen()
        do { try await pool.writeThrough(body) } catch { throw StoreFile.explain(error, using: path) }
    }

    /// One step of the search index's work, as its keeper does them.
    ///
    /// - Parameter flushesAll: also what would wait until more has come.
    package func searchStep(flushesAll: Bool) async throws -> SearchKeeper.Progress {
        try checkOpen()
        return try await pool.searchStep(searchPlanner, isResting: true, flushesAll: flushesAll)
    }

    /// Returns once the keeper has done all that there is to do.
    package func finishSearchIndex() async {
        searchKeeper.wake()
        await searchKeeper.finish()
    }

    func checkOpen() throws(OrderStoreError) {
        if isClosed.withLock({ $0 }) { throw OrderStoreError(.closed, "the order store \(path) has been closed") }
    }
}

extension DatabasePool {
    /// Works a step out on a snapshot, then writes it; see ``SearchChange``.
    fileprivate func searchStep(
        _ planner: SearchPlanner, isResting: Bool, flushesAll: Bool
    ) async throws -> SearchKeeper.Progress {
        switch try await read({ try planner.plan(isResting: isResting, flushesAll: flushesAll, $0) }) {
        case .step(let change):
            // Whether it was written or another process was faster: there may be more.
            _ = try await writeThrough { try change.write($0) }
            return .more
        case .whenResting: return .whenResting
        case .nothing: return .done
        }
    }

    /// One immediate transaction on the writer's queue, whether or not the calling task is cancelled.
    func writeThrough<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            asyncWriteWithoutTransaction { db in
                done.resume(
                    with: Result {
                        var value: Value?
                        try db.inTransaction(.immediate) {
                            value = try body(db)
                            return .commit
                        }
                        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
                        return value
                    })
            }
        }
    }
}

extension Duration {
    /// For interfaces that count in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
