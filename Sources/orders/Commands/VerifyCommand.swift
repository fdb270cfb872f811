import ArgumentParser
import EmbeddedBroker
import Foundation
import Kafka
import Logging
import OrderAudit
import OrderStore

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reconcile the topics with the store: exit 0 if all agrees, 1 if not.",
        discussion: """
            On a running platform it waits until the services have come to what stands on the topics at the start. On the data directory \
            of a stopped one it starts the broker for itself; what the services had not come to is counted as pending.
            """)

    @Flag(help: "JSON for machines.") var json = false
    @Option(help: "How long to wait for the services of a running platform, in seconds.") var patience = 60
    @Option(
        help: ArgumentHelp(
            "Also check that every order of this file is on the orders topic: one id on each line.", valueName: "FILE"))
    var accepted: String?
    @Option(
        help:
            "How many orders to hold in memory, about half a kilobyte each; where a partition has more, everything is read several times."
    )
    var ordersInMemory = 2_000_000
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard patience >= 0, ordersInMemory > 0 else {
            throw ValidationError("--patience is 0 or more, --orders-in-memory 1 or more")
        }
    }

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        let choice = try StoreChoice(data, environment: processEnvironment)
        if case .sqlite(let path) = choice, !FileManager.default.fileExists(atPath: path) {
            throw PlatformError(
                "there is no store at \(path): nothing to verify. Name the platform's data directory with --data-dir."
            )
        }
        let report =
            try await isStopped ? verifyStopped() : verify(try await runningSettings(), patience: .seconds(patience))
        if json { try Table.printJSON(report) } else { print(report) }
        if !report.isClean { throw ExitCode(1) }
    }

    /// No Kafka was named, none runs on the data directory, and it has a broker's log.
    private var isStopped: Bool {
        kafka.kafka == nil && processEnvironment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty
            && Endpoints.read(from: data.dataDir) == nil && FileManager.default.fileExists(atPath: data.brokerDirectory)
    }

    private func runningSettings() async throws -> KafkaSettings {
        var environment = processEnvironment
        // What runs on a directory that was named is what was meant, whatever the environment says.
        if let running = Endpoints.read(from: data.dataDir),
            data.isNamed || environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty
        {
            environment["KAFKA_BOOTSTRAP_SERVERS"] = try running.kafka(for: environment)
        }
        let settings = try kafka.settings(environment: environment)
        try await BrokerContact.require(settings, limit: .seconds(5), advice: ToolOptions.advice)
        return settings
    }

    private func verifyStopped() async throws -> AuditReport {
        let (broker, address) = try await BrokerService.start(
            data.broker(at: HostPort(host: "127.0.0.1", port: 0), environment: processEnvironment),
            logger: Logger(label: "broker"))
        do {
            let report = try await verify(KafkaSettings(bootstrapServers: "\(address)"), patience: .zero)
            await broker.stop()
            return report
        } catch {
            await broker.stop()
            throw error
        }
    }

    private func verify(_ settings: KafkaSettings, patience: Duration) async throws -> AuditReport {
        let store = try await StoreChoice(data, environment: processEnvironment).open()
        let auditor = try Auditor(kafka: settings, store: store, logger: Logger(label: "verify"))
        do {
            var options = Auditor.Options()
            options.patience = patience
            options.ordersInMemory = ordersInMemory
            options.acceptedFile = accepted
            let report = try await auditor.run(options)
            await auditor.close()
            try await store.close()
            return report
        } catch {
            await auditor.close()
            try await store.close()
            throw error
        }
    }

    private func print(_ report: AuditReport) {
        let counts = report.counts
        let numbers: [(String, Int)] = [
            ("orders", counts.orders), ("order events", counts.orderEvents),
            ("conflicting events", counts.conflictingEvents),
            ("events in another order's partition", counts.misplacedEvents),
            ("payments", counts.payments), ("orders refused by payments", counts.refused),
            ("fraud alerts", counts.fraudAlerts),
            ("documents on order-analytics", counts.documents), ("documents in the store", counts.storedDocuments),
            ("aggregates", counts.aggregates), ("unreadable records", counts.unreadable),
            ("dead letters", counts.deadLetters),
            ("  open", counts.deadLettersOpen), ("  replayed", counts.deadLettersReplayed),
            ("  discarded", counts.deadLettersDiscarded),
            ("orders begun before the log's beginning", counts.cutOff),
            ("orders whose events were deleted: not checkable", counts.notCheckable),
            ("records deleted before they could be checked", counts.deletedRecords), ("pending", counts.pending),
        ]
        var rows = numbers.map { [$0.0, "\($0.1)"] }
        if let accepted = counts.accepted { rows.insert(["accepted orders looked for", "\(accepted)"], at: 0) }
        Table.print(["WHAT", "COUNT"], rows)
        for line in cuts(report) { Standard.output(line) }
        if report.isClean {
            let what = report.deleted.isEmpty ? "everything agrees" : "everything that is still there agrees"
            let pending = counts.pending > 0 ? "; \(counts.pending) orders are still on their way" : ""
            Standard.output("\nverified: \(what)\(pending)\n")
            return
        }
        Standard.output("\nNOT verified: \(report.findingCount) findings\n")
        for finding in report.findings { Standard.output("  \(finding)\n") }
        if report.findingCount > report.findings.count {
            Standard.output("  and \(report.findingCount - report.findings.count) more\n")
        }
    }

    /// What of each topic cannot be checked any more, in lines.
    private func cuts(_ report: AuditReport) -> [String] {
        let topics = Dictionary(grouping: report.deleted, by: \.topic).sorted { $0.key < $1.key }
        let lines = topics.map { topic, partitions in
            let offsets = partitions.reduce(0) { $0 + $1.offsets }
            return
                "  \(topic): \(offsets) offsets in \(partitions.count) partitions, before \(partitions.map { "[\($0.partition)]@\($0.offsets)" }.joined(separator: " "))\n"
        }
        return lines.isEmpty
            ? [] : ["\nThe log is cut: these records were deleted before they could be checked.\n"] + lines
    }
}
