import Couchbase
import CouchbaseOrderStore
import CouchbaseTesting
import Foundation
import Logging
import OrderStore

/// Stores on one test cluster, each in a scope of its own.
enum StoreOnCluster {
    static let cluster = Task {
        try await TestCluster("--nodes", "2", "--replicas", "1", "--vbuckets", "32", "--seed", "1")
    }

    static func settings(
        _ cluster: TestCluster, scope: String, password: String? = nil
    ) -> CouchbaseStoreSettings {
        let endpoints = cluster.endpoints
        var settings = CouchbaseStoreSettings(
            host: endpoints.connection_string, username: endpoints.user, password: password ?? endpoints.password,
            bucket: endpoints.bucket)
        settings.scope = scope
        return settings
    }

    static func open(_ settings: CouchbaseStoreSettings) async throws -> CouchbaseOrderStore {
        try await CouchbaseOrderStore.open(settings, logger: Logger(label: "store"))
    }

    /// Runs on an empty scope, which is dropped afterwards.
    static func withScope(
        _ body: (_ cluster: TestCluster, _ settings: CouchbaseStoreSettings) async throws -> Void
    ) async throws {
        let cluster = try await cluster.value
        let scope = "s" + UUID().uuidString.prefix(8).lowercased()
        do {
            try await body(cluster, settings(cluster, scope: scope))
        } catch {
            try await putBack(cluster, scope)
            throw error
        }
        try await putBack(cluster, scope)
    }

    private static func putBack(_ cluster: TestCluster, _ scope: String) async throws {
        try await cluster.post("faults", method: "DELETE")
        try await cluster.post("query_faults", method: "DELETE")
        // A test may not have come to make it.
        try? await cluster.manage("scopes/\(scope)", "", method: "DELETE")
    }
}
