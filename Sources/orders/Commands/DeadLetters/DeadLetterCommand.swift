import ArgumentParser
import Foundation
import Kafka
import Logging
import DeadLetters
import OrderEvents

struct DeadLetterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Look at records that could not be processed; replay or discard them.",
        discussion: """
            A dead letter is named by its id, <topic>/<group>/<partition>/<offset>. Several groups may each have one of the same record. A replay \
            puts the record back once, and counts for all of them. Nothing is deleted: decisions are records of their own.
            """,
        subcommands: [DeadLetterList.self, DeadLetterShow.self, DeadLetterReplay.self, DeadLetterDiscard.self])
}

/// A dead letter's id as an argument.
extension DeadLetterID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// RFC 3339, or a time before now such as 90s, 30m, 24h, 7d.
struct DeadLetterTime: ExpressibleByArgument {
    let millisecondsSinceEpoch: Int64

    init?(argument: String) {
        if let moment = Timestamp(rfc3339: argument) {
            millisecondsSinceEpoch = moment.millisecondsSinceEpoch
            return
        }
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let last = argument.last, let unit = units[last], let count = Int64(argument.dropLast()),
            (0...1_000_000).contains(count)
        else { return nil }
        millisecondsSinceEpoch = DeadLetterTime.now() - count * unit
    }

    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

/// Which dead letters are meant.
struct DeadLetterFilterOptions: ParsableArguments {
    @Option(help: "Only records of this topic.") var topic: String?
    @Option(help: "Only what this consumer group set aside.") var group: String?
    @Option(help: "Only this kind of fault, such as missing_field.") var code: String?
    @Option(help: "Only records with this key.") var key: String?
    @Option(
        help: ArgumentHelp(
            "Only what was set aside at this time or later: RFC 3339, or so long ago: 30m, 24h, 7d.", valueName: "TIME")
    )
    var since: DeadLetterTime?
    @Option(help: ArgumentHelp("Only what was set aside before this time.", valueName: "TIME"))
    var until: DeadLetterTime?

    func filter(_ state: DeadLetterState?) -> DeadLetterFilter {
        DeadLetterFilter(
            topic: topic, group: group, code: code, key: key, since: since?.millisecondsSinceEpoch,
            until: until?.millisecondsSinceEpoch,
            state: state)
    }

    var isEmpty: Bool { filter(nil) == DeadLetterFilter() }
}

extension DeadLetterFilterOptions {
    /// For the audit log.
    var target: String {
        let parts = [("topic", topic), ("group", group), ("code", code), ("key", key)].compactMap { name, value in
            value.map { "\(name)=\($0)" }
        }
        return parts.isEmpty ? "all" : "all with \(parts.joined(separator: ", "))"
    }
}

extension ToolOptions {
    /// Decides with a desk, and writes down what was decided, or that it failed. A dry run decides nothing.
    func decide(
        _ act: String, target: String, isDryRun: Bool,
        _ body: @Sendable (DeadLetterDesk) async throws -> DeadLetterSummary
    ) async throws -> DeadLetterSummary {
        if isDryRun { return try await withDesk(body) }
        let audit = CommandAudit(data: data)
        do {
            let summary = try await withDesk(body)
            audit.record("orders dlq \(act)", target: target, result: DeadLetterReport.result(of: summary))
            return summary
        } catch {
            audit.record("orders dlq \(act)", target: target, result: "failed")
            throw error
        }
    }

    /// Runs `body` with a desk, and says what to do if no broker answers.
    func withDesk<R: Sendable>(_ body: @Sendable (DeadLetterDesk) async throws -> R) async throws -> R {
        let settings = try await connected()
        // What goes wrong is said once, at the end; the client's own words come with --log-level.
        var logger = Logger(label: "kafka")
        if log.logLevel == nil { logger.logLevel = .critical }
        let desk = try DeadLetterDesk(
            kafka: settings, by: "orders dlq, \(CommandAudit.user)", logger: logger, now: { DeadLetterTime.now() })
        do {
            let result = try await body(desk)
            await desk.close()
            return result
        } catch {
            await desk.close()
            guard let error = error as? KafkaError, error.isRetriable else { throw error }
            throw PlatformError(
                "no Kafka broker answers at \(settings.bootstrapServers): \(error.message). \(Self.advice)")
        }
    }
}
