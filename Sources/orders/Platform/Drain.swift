import Kafka
import Logging
import OrderEvents
import ServiceLifecycle

/// Ends when the orders that were made are through: nothing is left to read for any of the services.
struct Drain: Service {
    let kafka: KafkaSettings
    /// Resolves when no more orders are made.
    let produced: AsyncStream<Int>

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in produced { break }
            let admin = try KafkaAdmin(settings: kafka, clientID: "drain", logger: Logger(label: "drain"))
            var quiet = 0
            // A service may have read all and not written yet: it counts as through when all were, twice in a row.
            while quiet < 2, !Task.isCancelled {
                do {
                    quiet = try await lag(admin) == 0 ? quiet + 1 : 0
                } catch {
                    if Task.isCancelled { break }
                    Logger(label: "drain").warning("the lag cannot be read", metadata: ["error": "\(error)"])
                    quiet = 0
                }
                try await Task.sleep(for: .milliseconds(300))
            }
            await admin.close()
        }
    }

    private func lag(_ admin: KafkaAdmin) async throws -> Int64 {
        var total: Int64 = 0
        for service in Topology.services {
            total += try await admin.lag(ofGroup: service.group, topics: service.inputs).total
        }
        return total
    }
}
