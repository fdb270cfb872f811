import ArgumentParser
import Foundation
import Kafka
import OrderEvents

struct LagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lag", abstract: "Show how far each service is behind.")
    @Flag(help: "JSON for machines.") var json = false
    @Flag(help: "Every partition, not only the sums.") var partitions = false
    @Option(
        help: ArgumentHelp(
            "Look again after so many seconds, 5 to 3600, and write a line of JSON for each service each time.",
            valueName: "SECONDS"))
    var every: Int?
    @OptionGroup var tool: ToolOptions

    struct Row: Codable {
        var service: String
        var group: String
        var state: String
        var members: Int
        var lag: Int64
        var partitions: [Partition]
    }

    struct Partition: Codable {
        var topic: String
        var partition: Int32
        var committed: Int64?
        var end: Int64
        var lag: Int64
    }

    func validate() throws {
        if let every, !(5...3600).contains(every) { throw ValidationError("--every takes 5 to 3600 seconds") }
    }

    func run() async throws {
        guard let every else { return try show(try await rows()) }
        // The first process of a container does not end by a signal that it does not take.
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(0) } }
        while true {
            do {
                for row in try await rows() { try printLine(row) }
            } catch {
                // What is away is waited for: whoever reads the lines sees that there are none.
                Standard.error("lag: \(error)\n")
            }
            try await Task.sleep(for: .seconds(every))
        }
    }

    /// One line, by which a log's metric filter finds each figure.
    private func printLine(_ row: Row) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var row = row
        row.partitions = []
        Standard.output(String(decoding: try encoder.encode(row), as: UTF8.self) + "\n")
    }

    private func rows() async throws -> [Row] {
        let services = Topology.services + Topology.optional
        return try await tool.withAdmin { admin in
            let groups = try await admin.describe(groups: services.map(\.group))
            var rows: [Row] = []
            for service in services {
                let lag = try await admin.lag(ofGroup: service.group, topics: service.inputs)
                let group = groups.first { $0.group == service.group }
                // One that was never asked for is behind nothing.
                if Topology.optional.contains(service), lag.partitions.allSatisfy({ $0.committed == nil }),
                    group?.members.isEmpty ?? true
                {
                    continue
                }
                rows.append(
                    Row(
                        service: service.name, group: service.group, state: group?.state.rawValue ?? "unknown",
                        members: group?.members.count ?? 0, lag: lag.total,
                        partitions: lag.partitions.map {
                            Partition(
                                topic: $0.partition.topic, partition: $0.partition.partition, committed: $0.committed,
                                end: $0.end, lag: $0.lag)
                        }))
            }
            return rows
        }
    }

    private func show(_ rows: [Row]) throws {
        if json { return try Table.printJSON(rows) }
        Table.print(
            ["SERVICE", "GROUP", "STATE", "MEMBERS", "LAG"],
            rows.map { [$0.service, $0.group, $0.state, "\($0.members)", "\($0.lag)"] })
        guard partitions else { return }
        Standard.output("\n")
        Table.print(
            ["GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG"],
            rows.flatMap { row in
                row.partitions.map {
                    [
                        row.group, $0.topic, "\($0.partition)", $0.committed.map(String.init) ?? "-", "\($0.end)",
                        "\($0.lag)",
                    ]
                }
            })
    }
}
