import ArgumentParser
import Foundation
import Kafka
import Logging
import OrderEvents
import OrderFiles
import StreamProcessing

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put the orders of a file on the orders topic.",
        discussion: """
            CSV with a header line (RFC 4180; separated by commas, semicolons or tabs, or as a sep= line says), JSON lines (an order a line), or one \
            JSON array, recognized by how the file begins. UTF-8 or UTF-16; gzip and zstd are unpacked. A record that is no order is shown with its \
            line and reason and skipped; if there was one, or no order at all, the exit code is 1. Order ids count once, so importing a file again changes \
            nothing. Progress is kept beside the file: an import that was stopped goes on where it was, if the file is still the same.
            """)

    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: "csv, jsonl or json, for a file that must be that and nothing else.") var format:
        OrderFileReader.Format?
    @Option(
        help: ArgumentHelp(
            "The time of orders that say none, RFC 3339. Default: when the file was last changed, so that a second import gives the same.",
            valueName: "TIME"))
    var createdAt: Timestamp?
    @Flag(help: "Begin again even if an earlier import of the file was stopped.") var restart = false
    @Flag(help: "Read and check the file, and change nothing. No platform is needed.") var dryRun = false
    @Flag(help: "JSON for machines: with --dry-run each order and rejected record on a line, then the summary.")
    var json = false
    @OptionGroup var tool: ToolOptions

    func run() async throws {
        let thread = DedicatedThread(name: "import")
        let (file, json, format, createdAt) = (file, json, format, createdAt)
        // What is wrong with the file is said before a broker is asked for.
        let (source, head, reader) = try await thread.run { () throws -> (ImportSource, [UInt8], OrderFileReader) in
            let source = try ImportSource.open(file)
            let now = Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())
            let reader = OrderFileReader(format: format, createdAt: createdAt ?? source.file?.modified ?? now, now: now)
            return (source, try Self.head(of: source, reader), reader)
        }
        if dryRun {
            try tool.log.bootstrap(environment: processEnvironment)
            let outcome = try await thread.run {
                var importer = FileImporter(
                    source, sink: DryRunSink(name: source.name, isJSON: json), cluster: nil, reader: reader,
                    notesProgress: false)
                return ImportSummary(try importer.run(head: head))
            }
            return try report(outcome, source)
        }
        let settings = try await tool.connected()
        let cluster = try await TopicSetup.prepare(settings, logger: Logger(label: "import"))
        if restart { try ImportProgress.remove(for: file) }
        let outcome = try await thread.run {
            var importer = FileImporter(
                source, sink: try TopicSink(name: source.name, settings: settings), cluster: cluster, reader: reader,
                notesProgress: true)
            return ImportSummary(try importer.run(head: head))
        }
        try report(outcome, source)
    }

    /// The first bytes, and whether they can be the beginning of a file of orders.
    private static func head(of source: ImportSource, _ reader: OrderFileReader) throws -> [UInt8] {
        var head = [UInt8](repeating: 0, count: 1 << 18)
        let count = try head.withUnsafeMutableBytes { try source.read(into: $0) }
        head.removeSubrange(count...)
        var (input, reader) = (OrderFileInput(), reader)
        do {
            try head.withUnsafeBytes { bytes in
                try input.push(bytes, isLast: count == 0) { try reader.push($0) { _ in } }
            }
        } catch let error as OrderFileError {
            throw PlatformError("\(source.name): \(error).")
        }
        guard count > 0 else { throw PlatformError("\(source.name) is empty: there is no order in it.") }
        return head
    }

    private func report(_ summary: ImportSummary, _ source: ImportSource) throws {
        if json {
            Standard.output(try summary.json())
        } else {
            Standard.output(summary.text(source, isDryRun: dryRun, givesTime: createdAt != nil))
        }
        guard summary.orders > 0 else {
            throw PlatformError(
                summary.rejected > 0
                    ? "\(source.name) holds no order: none of its \(summary.rejected) records is one."
                    : "\(source.name) holds no order.")
        }
        if summary.rejected > 0 { throw ExitCode(1) }
    }
}

extension OrderFileReader.Format: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
    public init?(argument: String) { self.init(rfc3339: argument) }
}
