import Couchbase
import Logging
import OrderStore

extension CouchbaseOrderStore {
    /// What was made may be unknown to some nodes for a moment.
    private static let schemaTimeout = Duration.seconds(10)
    private static let retryInterval = Duration.milliseconds(100)

    private var schema: StoreSchema { StoreSchema(bucket: settings.bucket, scope: settings.scope) }

    /// Makes what is missing. Several processes may do it at once.
    ///
    /// An index over many orders takes its time: until it is there, lists fail, and nothing else does.
    func makeSchema(logger: Logger) async throws {
        let deadline = ContinuousClock.now + Self.schemaTimeout
        while true {
            do {
                try await makeCollections()
                let waiting = try await makeIndexes()
                guard !waiting.isEmpty else { return }
                guard ContinuousClock.now < deadline else {
                    logger.warning("indexes are still being built", metadata: ["indexes": "\(waiting)"])
                    return
                }
            } catch let error as CouchbaseError {
                if error.code == .authenticationFailure {
                    throw OrderStoreError(
                        .cannotOpen,
                        "\(name): \(settings.username) may not make or see its scope, collections and indexes "
                            + "(\(error.message)); have an administrator run what `orders store indexes --print` prints"
                    )
                }
                guard ContinuousClock.now < deadline else { throw error }
                logger.debug("the schema is not there yet", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: Self.retryInterval)
        }
    }

    private func makeCollections() async throws {
        let existing: [String] = try await catalog(
            "SELECT RAW k.name FROM system:keyspaces AS k WHERE k.`bucket` = $bucket AND k.`scope` = $scope")
        let missing = StoreSchema.collections.filter { !existing.contains($0) }
        guard !missing.isEmpty else { return }
        if existing.isEmpty, settings.scope != "_default" { try await run(schema.makeScope) }
        for collection in missing { try await run(schema.makeCollection(collection)) }
    }

    private struct KnownIndex: Decodable, Sendable {
        let name: String
        let state: String
    }

    /// Returns the indexes that cannot be used yet.
    private func makeIndexes() async throws -> [String] {
        var known = try await knownIndexes()
        let missing = StoreIndex.allCases.filter { index in !known.contains { $0.name == index.rawValue } }
        for index in missing { try await run(schema.makeIndex(index)) }
        if !missing.isEmpty { known = try await knownIndexes() }
        let deferred = known.filter { $0.state == "deferred" }.compactMap { StoreIndex(rawValue: $0.name) }
        for statement in schema.buildIndexes(deferred) { try await run(statement) }
        return known.filter { $0.state != "online" }.map(\.name)
    }

    /// The indexes that are missing or still being built.
    public func unusableIndexes() async throws -> [String] {
        try await gate.pass(store: name) {
            do {
                let online = Set(try await knownIndexes().filter { $0.state == "online" }.map(\.name))
                return StoreIndex.allCases.map(\.rawValue).filter { !online.contains($0) }
            } catch let error as CouchbaseError {
                throw explain(error)
            }
        }
    }

    private func knownIndexes() async throws -> [KnownIndex] {
        let all: [KnownIndex] = try await catalog(
            "SELECT i.name, i.state FROM system:indexes AS i WHERE i.bucket_id = $bucket AND i.scope_id = $scope")
        return all.filter { StoreIndex(rawValue: $0.name) != nil }
    }

    private func catalog<Row: Decodable>(_ statement: String) async throws -> [Row] {
        var options = QueryOptions(arguments: ["bucket": settings.bucket, "scope": settings.scope])
        options.isReadOnly = true
        return try await cluster.query(statement, options).rows(as: Row.self)
    }

    private struct NoRow: Decodable {}

    private func run(_ statement: String) async throws {
        _ = try await cluster.query(statement).rows(as: NoRow.self)
    }

    /// Drops the store's scope, if it is there, with everything that is in it.
    public static func dropScope(_ settings: CouchbaseStoreSettings) async throws {
        var options = ClusterOptions(username: settings.username, password: settings.password)
        options.certificateFile = settings.certificateFile
        let cluster = try await Cluster.connect(settings.connectionString, options: options)
        do {
            let schema = StoreSchema(bucket: settings.bucket, scope: settings.scope)
            _ = try await cluster.query(schema.dropScope).rows(as: NoRow.self)
        } catch {
            await cluster.close()
            throw error
        }
        await cluster.close()
    }
}
