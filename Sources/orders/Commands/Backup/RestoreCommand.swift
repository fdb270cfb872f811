import ArgumentParser
import EmbeddedBroker
import Foundation
import Kafka
import Logging
import OrderEvents
import Threads

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a copy that `orders backup` made to a data directory that has none.",
        discussion: """
            The sink then reads its topic from the beginning: the copy's store may be a moment older than its log. Start the platform on the \
            directory, and `orders verify` says whether all of it agrees.
            """)

    @Argument(help: "The directory that `orders backup` made.") var backup: String
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        let files = FileManager.default
        let copy = DataOptions(at: backup)
        guard files.fileExists(atPath: copy.brokerDirectory) || files.fileExists(atPath: copy.storePath) else {
            throw PlatformError("\(backup) has neither a log nor a store. Name a directory that `orders backup` made.")
        }
        for path in [data.brokerDirectory, data.storePath] where files.fileExists(atPath: path) {
            throw PlatformError("\(path) is there already. Move it away, or name another directory with --data-dir.")
        }
        try files.createDirectory(atPath: data.dataDir, withIntermediateDirectories: true)
        // Each part gets its name when all of them are as they must be: one that was interrupted is done again.
        let part = DataOptions(at: "\(data.dataDir)/restore.part")
        if files.fileExists(atPath: part.dataDir) { try files.removeItem(atPath: part.dataDir) }
        try files.copyItem(atPath: backup, toPath: part.dataDir)
        if files.fileExists(atPath: part.brokerDirectory) { try await rewindSink(part) }
        for name in try files.contentsOfDirectory(atPath: part.dataDir) {
            let target = "\(data.dataDir)/\(name)"
            // A directory without a store in it, or the keys of an earlier use.
            if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
            try files.moveItem(atPath: "\(part.dataDir)/\(name)", toPath: target)
        }
        try files.removeItem(atPath: part.dataDir)
        Standard.output("restored \(backup) to \(data.dataDir)\n")
    }

    /// Has the sink read everything again: the store takes only what is newer than what it has.
    private func rewindSink(_ copy: DataOptions) async throws {
        let (broker, address) = try await BrokerService.start(
            copy.broker(at: HostPort(host: "127.0.0.1", port: 0), environment: processEnvironment),
            logger: Logger(label: "broker"))
        do {
            let thread = DedicatedThread(name: "restore")
            try await thread.run { () throws -> Void in
                let consumer = try KafkaConsumer(
                    settings: KafkaSettings(bootstrapServers: "\(address)"), group: Topology.sink.group,
                    clientID: "orders-restore", logger: Logger(label: "kafka"))
                defer { _ = consumer.close() }
                for topic in Topology.sink.inputs { try Self.rewind(topic, consumer) }
            }
            await broker.stop()
        } catch {
            await broker.stop()
            throw error
        }
    }

    /// Commits the beginning of the topic's partitions. Blocking: the broker takes the group's members of then for alive
    /// until their sessions end, after 10 s, and nobody else commits meanwhile.
    private static func rewind(_ topic: String, _ consumer: KafkaConsumer) throws(KafkaError) {
        let count = try consumer.partitionCount(of: topic)
        let beginnings = try consumer.beginnings(of: (0..<count).map { TopicPartition(topic: topic, partition: $0) })
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try consumer.commit(beginnings)
            } catch {
                guard error.code == .unknownMember, ContinuousClock.now < end else { throw error }
                Thread.sleep(forTimeInterval: 0.25)
            }
        }
    }
}
