import CouchbaseOrderStore
import Foundation
import Logging
import OrderStore

/// Where the orders are kept: Couchbase where `COUCHBASE_HOST` is set, a file in the data directory otherwise.
enum StoreChoice {
    case sqlite(path: String)
    case couchbase(CouchbaseStoreSettings)

    init(_ data: DataOptions, environment: [String: String]) throws {
        if environment["COUCHBASE_HOST", default: ""].isEmpty {
            self = .sqlite(path: data.storePath)
        } else {
            self = .couchbase(try Self.couchbase(environment))
        }
    }

    /// - Throws: which setting is missing or wrong.
    static func couchbase(_ environment: [String: String]) throws -> CouchbaseStoreSettings {
        func required(_ name: String) throws -> String {
            guard let value = environment[name], !value.isEmpty else {
                let other = name == "COUCHBASE_PASSWORD" ? " or COUCHBASE_PASSWORD_FILE" : ""
                throw PlatformError("the order store on Couchbase needs \(name)\(other). Set it.")
            }
            return value
        }
        var settings = CouchbaseStoreSettings(
            host: try required("COUCHBASE_HOST"), username: try required("COUCHBASE_USERNAME"),
            password: try required("COUCHBASE_PASSWORD"), bucket: try required("COUCHBASE_BUCKET"))
        if let scope = environment["COUCHBASE_SCOPE"], !scope.isEmpty { settings.scope = scope }
        if let file = environment["COUCHBASE_CA_LOCATION"], !file.isEmpty { settings.certificateFile = file }
        settings.durability =
            try Setting.parse(
                "COUCHBASE_DURABILITY", in: environment, { CouchbaseStoreSettings.Durability(rawValue: $0) },
                CouchbaseStoreSettings.Durability.allCases.map(\.rawValue).formatted(.list(type: .or)))
            ?? .automatic
        settings.makesSchema =
            try Setting.parse(
                "COUCHBASE_SCHEMA", in: environment, { ["make": true, "leave": false][$0] }, "make or leave") ?? true
        return settings
    }

    /// The store, ready to be used.
    func open() async throws -> any CopyableStore {
        switch self {
        case .sqlite(let path):
            var options = SQLiteOrderStore.Options()
            // Who waits longer for another writer says so instead, and tries again.
            options.busyTimeout = .seconds(3)
            return try SQLiteOrderStore(path: path, options: options)
        case .couchbase(let settings):
            return try await CouchbaseOrderStore.open(settings, logger: Logger(label: "store"))
        }
    }
}
