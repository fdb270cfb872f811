import Couchbase
import Logging
import OrderEvents
import OrderStore

/// An order store in Couchbase Server or Capella: documents and windows by key, lists by SQL++.
///
/// Each document is written whole, and replaced by a higher revision only. Unlike a file, it shows a batch that is under
/// way document by document. Any number of processes may use it.
public final class CouchbaseOrderStore: OrderStore {
    /// The collections of the store's scope.
    struct Collections: Sendable {
        let orders: DocumentCollection
        let windows: DocumentCollection
        let totals: DocumentCollection
        let directory: DocumentCollection
        let idempotencyKeys: DocumentCollection

        init(_ scope: Scope) {
            orders = scope.collection(StoreSchema.orders)
            windows = scope.collection(StoreSchema.windows)
            totals = scope.collection(StoreSchema.totals)
            directory = scope.collection(StoreSchema.directory)
            idempotencyKeys = scope.collection(StoreSchema.idempotencyKeys)
        }
    }

    /// What it is, for people: never with the password.
    public let name: String
    /// The level that its writes have; nil is the memory of one node.
    public let durability: DurabilityLevel?
    let settings: CouchbaseStoreSettings
    let cluster: Cluster
    let scope: Scope
    let collections: Collections
    let gate = StoreGate()
    let knownOrders = KnownStates()
    let knownAggregates = KnownStates()
    let listed = ListedEntries()

    private init(
        _ settings: CouchbaseStoreSettings, name: String, cluster: Cluster, scope: Scope, durability: DurabilityLevel?
    ) {
        self.settings = settings
        self.name = name
        self.cluster = cluster
        self.scope = scope
        self.durability = durability
        collections = Collections(scope)
    }

    /// Connects, and makes what is missing of scope, collections and indexes unless the settings forbid it.
    ///
    /// - Throws: ``OrderStoreError``: `.cannotOpen` for what a setting is wrong about, `.unavailable` for a cluster that
    ///   cannot be reached; one line each, within the connection string's `kv_connect_timeout`, or 5 s without one.
    public static func open(
        _ settings: CouchbaseStoreSettings, logger: Logger
    ) async throws -> CouchbaseOrderStore {
        let name = "the order store on Couchbase (\(settings.connectionString), bucket \(settings.bucket))"
        var options = ClusterOptions(username: settings.username, password: settings.password)
        options.certificateFile = settings.certificateFile
        options.queryTimeout = queryTimeout
        options.logger = logger
        let cluster: Cluster
        do throws(CouchbaseError) {
            cluster = try await Cluster.connect(impatient(settings.connectionString), options: options)
        } catch {
            throw OrderStoreError(error, of: name)
        }
        do {
            let bucket = try await cluster.bucket(settings.bucket)
            let store = CouchbaseOrderStore(
                settings, name: name, cluster: cluster, scope: bucket.scope(settings.scope),
                durability: settings.durability.level(replicas: await bucket.replicaCount))
            if settings.makesSchema { try await store.makeSchema(logger: logger) }
            try await store.ping()
            return store
        } catch {
            await cluster.close()
            guard let error = error as? CouchbaseError else { throw error }
            throw OrderStoreError(error, of: name)
        }
    }

    /// Whoever starts the platform hears within ten seconds that an address is wrong, with the time to look up its name.
    static func impatient(_ connectionString: String) -> String {
        let option = "kv_connect_timeout"
        if connectionString.contains("\(option)=") { return connectionString }
        return connectionString + (connectionString.contains("?") ? "&" : "?") + "\(option)=5s"
    }

    /// A page of a list ends with an error after so long.
    static let queryTimeout = Duration.seconds(30)

    /// Reads one document, and asks the Query service, without which there are no lists.
    public func ping() async throws {
        try await gate.pass(store: name) {
            _ = try found(await collections.directory.get([WindowDirectory.totals])[0])
            _ = try await rows("SELECT RAW 1", as: Int.self)
        }
    }

    /// Waits for what is under way; later calls fail as `closed`.
    public func close() async throws {
        guard await gate.close() else { return }
        await cluster.close()
    }

    func explain(_ error: CouchbaseError) -> OrderStoreError { OrderStoreError(error, of: name) }

    /// The document of an answer; nil if there is none.
    func found(_ result: Result<GetResult, CouchbaseError>) throws(OrderStoreError) -> GetResult? {
        switch result {
        case .success(let document): return document
        case .failure(let error) where error.code == .documentNotFound: return nil
        case .failure(let error): throw explain(error)
        }
    }
}
