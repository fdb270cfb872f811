import OrderEvents
import ArgumentParser
import Foundation
import DeadLetters

struct DeadLetterShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything about one dead letter.",
        discussion: "--raw writes the record's value to standard output, byte for byte, and nothing else.")

    @Argument(help: "The dead letter's id, such as orders/payments-group/3/17.") var id: DeadLetterID
    @Flag(help: "Only the original value, byte for byte.") var raw = false
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: ToolOptions

    func validate() throws {
        if raw, json { throw ValidationError("--raw and --json exclude each other") }
    }

    func run() async throws {
        let id = id
        let found = try await tool.withDesk { try await $0.find([id])[id] }
        guard let (letter, standing) = found else {
            throw PlatformError(
                "there is no dead letter \(id) (any more). `orders dlq list --state all` shows those that there are.")
        }
        let whereabouts = letter.omittedBytes.map {
            "\($0) bytes, not in the dead letter, since they were too large for it: they are at \(letter.origin)"
        }
        if raw, let whereabouts { throw PlatformError("the record's value has \(whereabouts).") }
        if raw { return FileHandle.standardOutput.write(Data(letter.value ?? [])) }
        if json { return Standard.output(try DeadLetterLine(letter, standing).encoded() + "\n") }
        var rows = [
            ["id", letter.id.description],
            ["state", standing.state.rawValue + (standing.decidedAt.map { " " + DeadLetterText.time($0) } ?? "")],
            ["code", letter.code], ["reason", DeadLetterText.printable(letter.reason)], ["group", letter.id.group],
            ["failed at", DeadLetterText.time(letter.failedAt)],
            ["replayed before", letter.attempts == 0 ? "never" : "\(letter.attempts) times"],
        ]
        if let replayOf = letter.replayOf { rows.append(["replay of", replayOf.description]) }
        rows.append(["origin", letter.hasOrigin ? letter.origin.description : "not known"])
        rows.append(["record's time", letter.timestamp.map(DeadLetterText.time) ?? "not known"])
        rows.append(["key", DeadLetterText.full(letter.key)])
        rows += letter.headers.map {
            ["header", "\(DeadLetterText.printable($0.name)): \(DeadLetterText.full($0.value))"]
        }
        rows.append(["value", whereabouts ?? letter.value.map { "\($0.count) bytes" } ?? "none"])
        let width = rows.map { $0[0].count }.max() ?? 0
        for row in rows {
            Standard.output(row[0].padding(toLength: width, withPad: " ", startingAt: 0) + "  " + row[1] + "\n")
        }
        if let value = letter.value, !value.isEmpty { Standard.output("\n\(DeadLetterText.full(value))\n") }
    }
}
