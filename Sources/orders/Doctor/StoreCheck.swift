import CouchbaseOrderStore
import Foundation
import Logging
import OrderStore

/// The step `store`: whether the order store can be opened. Nothing is made.
struct StoreCheck {
    let environment: [String: String]
    let data: DataOptions

    func findings() async -> [DoctorFinding] {
        do {
            switch try StoreChoice(data, environment: environment) {
            case .sqlite(let path): return [sqlite(path)]
            case .couchbase(let settings): return await couchbase(settings)
            }
        } catch {
            return [.failed("store", "COUCHBASE_HOST", "\(error)", "Correct the setting.")]
        }
    }

    private func sqlite(_ path: String) -> DoctorFinding {
        guard FileManager.default.fileExists(atPath: path) else {
            return .skipped("store", path, "there is none yet; the sink or the API makes it")
        }
        do {
            try SQLiteOrderStore.check(path: path)
            return .ok("store", path, "it can be opened, and its schema is known")
        } catch {
            return .failed("store", path, "\(error)", "Do what it says.")
        }
    }

    private func couchbase(_ settings: CouchbaseStoreSettings) async -> [DoctorFinding] {
        var settings = settings
        settings.makesSchema = false
        let subject = "\(settings.connectionString) \(settings.bucket).\(settings.scope)"
        var logger = Logger(label: "store")
        // What goes wrong is a finding.
        logger.logLevel = .critical
        do {
            let store = try await CouchbaseOrderStore.open(settings, logger: logger)
            let durability = store.durability.map { "durability is \($0)" } ?? "writes are in one node's memory"
            var findings = [DoctorFinding.ok("store", subject, "documents and queries are answered; \(durability)")]
            do {
                let missing = try await store.unusableIndexes()
                findings.append(
                    missing.isEmpty
                        ? .ok("store", subject, "all indexes can be used")
                        : .warning(
                            "store", subject, "these indexes cannot be used yet: \(missing.joined(separator: ", "))",
                            "Run `orders store indexes`, or have an administrator run what it prints with --print."))
                try await store.close()
            } catch {
                findings.append(.failed("store", subject, "\(error)", "Do what it says."))
                try await store.close()
            }
            return findings
        } catch {
            return [.failed("store", subject, "\(error)", "Do what it says.")]
        }
    }
}
