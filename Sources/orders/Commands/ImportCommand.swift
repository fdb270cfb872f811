import ArgumentParser
import Foundation
import Kafka
import Logging
import OrderEvents

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put the orders of a file on the orders topic.",
        discussion: """
            JSON lines (an order a line) or CSV with a header line, told apart by the file's ending (.csv) or --format. Progress is kept \
            beside the file: an import that was stopped goes on where it was. A line that cannot be read is shown with its number and \
            reason and passed over; if there was one, the exit code is 1 at the end. Importing a file again changes nothing, as order ids count once.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case jsonl, csv }

    @Argument(help: "The file.") var file: String
    @Option(help: "jsonl or csv.") var format: Format?
    @Flag(help: "Begin again even if an earlier import of the file was stopped.") var restart = false
    @OptionGroup var tool: ToolOptions

    func run() async throws {
        let settings = try tool.settings()
        // A wrong name is said before a broker is asked for.
        let handle = try FileImporter.open(file)
        try await TopicSetup.prepare(settings, logger: Logger(label: "import"))
        let thread = DedicatedThread(name: "import")
        let (path, isCSV, restart) = (file, (format ?? (file.lowercased().hasSuffix(".csv") ? .csv : .jsonl)) == .csv, restart)
        let rejected = try await thread.run {
            var importer = try FileImporter(handle, path: path, isCSV: isCSV, restart: restart, settings: settings)
            return try importer.run()
        }
        if rejected > 0 { throw ExitCode(1) }
    }
}
