import ArgumentParser
import Foundation
import Kafka
import Logging
import OrderServices

struct TopicList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the topics and what they hold. The default.")
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: ToolOptions

    struct Row: Codable {
        var topic: String
        var partitions: Int
        var offsets: Int64
        var cleanup: String
        var retention: String
    }

    func run() async throws {
        let rows = try await tool.withAdmin { admin in
            var rows: [Row] = []
            for topic in try await admin.metadata().topics.sorted(by: { $0.name < $1.name })
            where !topic.name.hasPrefix("__") {
                let partitions = topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
                let begins = try await admin.beginningOffsets(partitions)
                let ends = try await admin.endOffsets(partitions)
                let settings = try await admin.settings(ofTopic: topic.name)
                func value(_ name: String) -> String { settings.first { $0.name == name }?.value ?? "-" }
                rows.append(
                    Row(
                        topic: topic.name, partitions: partitions.count,
                        offsets: ends.values.reduce(0, +) - begins.values.reduce(0, +),
                        cleanup: value("cleanup.policy"),
                        retention: value("retention.ms")))
            }
            return rows
        }
        if json { return try Table.printJSON(rows) }
        Table.print(
            ["TOPIC", "PARTITIONS", "OFFSETS", "CLEANUP", "RETENTION"],
            rows.map { [$0.topic, "\($0.partitions)", "\($0.offsets)", $0.cleanup, Table.days($0.retention)] })
    }
}
