import OrderEvents
import ArgumentParser
import Foundation
import DeadLetters
import Synchronization

struct DeadLetterList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show dead letters, the newest first.",
        discussion: """
            The table shows one line for each record, whoever set it aside. --json prints every matching dead letter as one JSON object a line, \
            as it stands in the log, with its whole value. Correct the values with a script and give the lines to `orders dlq replay --from`.
            """)

    enum State: String, ExpressibleByArgument, CaseIterable {
        case open, replayed, discarded, all

        var wanted: DeadLetterState? { DeadLetterState(rawValue: rawValue) }
    }

    @OptionGroup var filter: DeadLetterFilterOptions
    @Option(help: "open, replayed, discarded or all.") var state = State.open
    @Option(
        help: "The most records to show in a table, 50 if left out; with --json the most dead letters, all if left out."
    ) var limit: Int?
    @Flag(help: "One JSON object a line, for machines.") var json = false
    @OptionGroup var tool: ToolOptions

    func validate() throws {
        if let limit, !(1...1_000_000).contains(limit) { throw ValidationError("--limit must be from 1 to 1000000") }
    }

    func run() async throws {
        let (filter, limit, json) = (filter.filter(state.wanted), limit, json)
        try await tool.withDesk { desk in
            if json {
                try await DeadLetterList.printLines(desk, filter, limit)
            } else {
                try await DeadLetterList.printTable(desk, filter, limit ?? 50)
            }
        }
    }

    private static func printLines(_ desk: DeadLetterDesk, _ filter: DeadLetterFilter, _ limit: Int?) async throws {
        let output = Mutex((buffer: "", count: 0))
        try await desk.scan(filter) { letter, standing in
            let line = try DeadLetterLine(letter, standing).encoded()
            return output.withLock { output in
                output.buffer += line + "\n"
                output.count += 1
                if output.buffer.utf8.count > 65_536 {
                    Standard.output(output.buffer)
                    output.buffer = ""
                }
                return output.count < limit ?? .max
            }
        }
        output.withLock { Standard.output($0.buffer) }
    }

    private static func printTable(_ desk: DeadLetterDesk, _ filter: DeadLetterFilter, _ limit: Int) async throws {
        let newest = Mutex(NewestDeadLetters(limit: limit))
        try await desk.scan(filter) { letter, standing in
            newest.withLock { $0.add(letter, standing) }
            return true
        }
        let letters = newest.withLock { $0 }
        if letters.total == 0 { return Standard.output("no dead letters match\n") }
        Table.print(
            ["ID", "GROUPS", "ORIGIN", "KEY", "CODE", "REASON", "TRIED", "FAILED AT", "STATE"],
            letters.byOrigin.map { row in
                [
                    row.letter.id.description, row.groups.joined(separator: ","),
                    row.letter.hasOrigin ? row.letter.origin.description : "-",
                    DeadLetterText.short(row.letter.key, 20), row.letter.code,
                    DeadLetterText.cut(row.letter.reason, 60), "\(row.letter.attempts)",
                    DeadLetterText.time(row.letter.failedAt), row.standing.state.rawValue,
                ]
            })
        let (records, shown) = (letters.byOrigin.count, letters.newest.count)
        let all = shown == letters.total ? "" : "the newest "
        let of = shown == letters.total ? "" : " of \(letters.total)"
        Standard.output(
            "\n\(all)\(records) records with \(shown)\(of) dead letters; `orders dlq show ID` shows everything about one\n"
        )
    }
}
