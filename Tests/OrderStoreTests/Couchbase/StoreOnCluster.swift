import Couchbase
import CouchbaseOrderStore
import CouchbaseTesting
import Foundation
import Logging
import OrderStore

/// Stores on one cluster, each in a scope of its own, which is dropped afterwards.
///
/// The cluster is the test cluster, or the real one that `COUCHBASE_HOST` names: see `make conformance-couchbase`.
enum StoreOnCluster {
    private static let environment = ProcessInfo.processInfo.environment
    /// Then nothing can be broken on purpose.
    static let isReal = !environment["COUCHBASE_HOST", default: ""].isEmpty

    static let cluster = Task {
        try await TestCluster("--nodes", "2", "--replicas", "1", "--vbuckets", "32", "--seed", "1")
    }

    private static func settings(scope: String) async throws -> CouchbaseStoreSettings {
        var settings: CouchbaseStoreSettings
        if isReal {
            func value(_ name: String) -> String { environment[name, default: ""] }
            settings = CouchbaseStoreSettings(
                host: value("COUCHBASE_HOST"), username: value("COUCHBASE_USERNAME"),
                password: value("COUCHBASE_PASSWORD"), bucket: value("COUCHBASE_BUCKET"))
            if !value("COUCHBASE_CA_LOCATION").isEmpty { settings.certificateFile = value("COUCHBASE_CA_LOCATION") }
        } else {
            let endpoints = try await cluster.value.endpoints
            settings = CouchbaseStoreSettings(
                host: TestCluster.patient(endpoints.connection_string), username: endpoints.user,
                password: endpoints.password, bucket: endpoints.bucket)
        }
        settings.scope = scope
        return settings
    }

    static func open(_ settings: CouchbaseStoreSettings) async throws -> CouchbaseOrderStore {
        try await CouchbaseOrderStore.open(settings, logger: Logger(label: "store"))
    }

    /// Runs on an empty store.
    static func withStore(_ body: (CouchbaseOrderStore) async throws -> Void) async throws {
        try await withScope { settings in
            let store = try await open(settings)
            do {
                try await body(store)
            } catch {
                try await store.close()
                throw error
            }
            try await store.close()
        }
    }

    /// The same, with the cluster to break it.
    static func withStoreAndCluster(
        _ body: (TestCluster, CouchbaseOrderStore) async throws -> Void
    ) async throws {
        let cluster = try await cluster.value
        func putBack() async throws {
            try await cluster.post("faults", method: "DELETE")
            try await cluster.post("query_faults", method: "DELETE")
        }
        try await withStore { store in
            do {
                try await body(cluster, store)
            } catch {
                try await putBack()
                throw error
            }
            try await putBack()
        }
    }

    /// Runs with an empty scope.
    static func withScope(_ body: (CouchbaseStoreSettings) async throws -> Void) async throws {
        let settings = try await settings(scope: "check" + UUID().uuidString.prefix(8).lowercased())
        do {
            try await body(settings)
        } catch {
            try await CouchbaseOrderStore.dropScope(settings)
            throw error
        }
        try await CouchbaseOrderStore.dropScope(settings)
    }
}
