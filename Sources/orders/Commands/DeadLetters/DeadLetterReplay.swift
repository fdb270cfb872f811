import OrderEvents
import ArgumentParser
import Foundation
import DeadLetters

struct DeadLetterReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Put records back on their topic, as they were or corrected.",
        discussion: """
            Name dead letters by id, or filter and say --all, or give a file with --from. A record goes back under its key and time, once for all \
            the groups that set it aside. An order that was counted before is not counted again. What the services would set aside again is \
            refused, with everything that is wrong with it. The exit code is 0 if every dead letter that was named is replayed now, else 1.

            In bulk: orders dlq list --json > found; correct the "value" of each line; orders dlq replay --from found
            """)

    @Argument(help: "The ids of dead letters.") var ids: [DeadLetterID] = []
    @Flag(help: "Everything that matches the filters.") var all = false
    @OptionGroup var filter: DeadLetterFilterOptions
    @Option(
        help: ArgumentHelp(
            "Lines of JSON with \"id\" and the corrected \"value\" or \"value_base64\"; - is standard input.",
            valueName: "FILE"))
    var from: String?
    @Option(
        help: ArgumentHelp(
            "The corrected value of the one dead letter that is named, byte for byte.", valueName: "FILE"))
    var valueFile: String?
    @Option(help: "A dead letter that was replayed so often is refused.") var maxAttempts = 3
    @Flag(help: "Send also what would be set aside again.") var force = false
    @Option(help: "open, or discarded: dead letters that were discarded.") var state = ReplayState.open
    @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: ToolOptions

    enum ReplayState: String, ExpressibleByArgument, CaseIterable { case open, discarded }

    func validate() throws {
        let ways = [!ids.isEmpty, all, from != nil].count { $0 }
        guard ways == 1 else {
            throw ValidationError(
                ways == 0
                    ? "name dead letters by their ids, or give --from FILE, or --all with or without filters"
                    : "ids, --all and --from exclude each other")
        }
        if !all, !filter.isEmpty { throw ValidationError("filters go with --all") }
        if valueFile != nil, ids.count != 1 {
            throw ValidationError("--value-file corrects one dead letter: name its id")
        }
        guard (1...1_000).contains(maxAttempts) else { throw ValidationError("--max-attempts must be from 1 to 1000") }
    }

    func run() async throws {
        let options = ReplayOptions(maximumAttempts: maxAttempts, isForced: force, takesDiscarded: state == .discarded)
        let report = DeadLetterReport(json: json, isDryRun: dryRun)
        let dryRun = dryRun
        let summary: DeadLetterSummary
        if all {
            let filter = filter.filter(state == .open ? .open : .discarded)
            summary = try await tool.decide("replay", target: self.filter.target, isDryRun: dryRun) {
                try await $0.replay(matching: filter, options, isDryRun: dryRun, report: report.take)
            }
        } else {
            let next = try source()
            let target = from.map { "those in \($0)" } ?? DeadLetterReplay.target(ids)
            summary = try await tool.decide("replay", target: target, isDryRun: dryRun) {
                try await $0.replay(next, options, isDryRun: dryRun, report: report.take)
            }
        }
        try report.end(summary)
    }

    /// For the audit log: the ids, or how many they are.
    static func target(_ ids: [DeadLetterID]) -> String {
        ids.count > 5 ? "\(ids.count) dead letters from \(ids[0])" : ids.map(\.description).joined(separator: " ")
    }

    private func source() throws -> @Sendable () throws -> [(DeadLetterID, ReplacedValue)]? {
        if let from {
            let file = try CorrectionFile(path: from)
            return { try file.next() }
        }
        var chosen = ids.map { ($0, ReplacedValue.original) }
        if let valueFile {
            guard let data = FileManager.default.contents(atPath: valueFile) else {
                throw PlatformError("the file \(valueFile) cannot be read. Name an existing one with --value-file.")
            }
            chosen = [(ids[0], .value(Array(data)))]
        }
        let once = Once(chosen)
        return { once.take() }
    }
}

struct DeadLetterDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Mark dead letters as dealt with. Nothing is deleted.",
        discussion: """
            Name dead letters by id, or filter and say --all. Discarded ones can still be replayed: orders dlq replay --state discarded.
            """)

    @Argument(help: "The ids of dead letters.") var ids: [DeadLetterID] = []
    @Flag(help: "Everything that matches the filters.") var all = false
    @OptionGroup var filter: DeadLetterFilterOptions
    @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: ToolOptions

    func validate() throws {
        if ids.isEmpty != all {
            throw ValidationError(
                all
                    ? "ids and --all exclude each other"
                    : "name dead letters by their ids, or give --all with or without filters")
        }
        if !all, !filter.isEmpty { throw ValidationError("filters go with --all") }
    }

    func run() async throws {
        let report = DeadLetterReport(json: json, isDryRun: dryRun)
        let (ids, all, filter, dryRun) = (ids, all, filter.filter(.open), dryRun)
        let target = all ? self.filter.target : DeadLetterReplay.target(ids)
        let summary = try await tool.decide("discard", target: target, isDryRun: dryRun) { desk in
            all
                ? try await desk.discard(matching: filter, isDryRun: dryRun, report: report.take)
                : try await desk.discard(ids, isDryRun: dryRun, report: report.take)
        }
        try report.end(summary)
    }
}
