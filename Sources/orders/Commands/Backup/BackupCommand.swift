import ArgumentParser
import EmbeddedBroker
import Foundation
import OrderStore

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy what a platform has on this machine, while it runs or not: the broker's log and the store.",
        discussion: """
            What was acknowledged before it began is in the copy. The directory appears under its name when it is complete and on the disk. \
            State of services is left out: they make it again from the log. `orders restore` brings a copy back.
            """)

    @Argument(help: "The directory to make.") var target: String
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func run() throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: target) else {
            throw PlatformError("\(target) is there already. Name a directory that is not.")
        }
        let hasLog = files.fileExists(atPath: data.brokerDirectory)
        let hasStore = files.fileExists(atPath: data.storePath)
        guard hasLog || hasStore else {
            throw PlatformError("\(data.dataDir) has neither a log nor a store. Name the platform's with --data-dir.")
        }
        let part = target + ".part"
        if files.fileExists(atPath: part) { try files.removeItem(atPath: part) }
        let copy = DataOptions(at: part)
        try files.createDirectory(
            atPath: "\(part)/store", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // The store first: then whatever it has is in the log, which the sink brings into it again.
        if hasStore { try SQLiteOrderStore.copy(of: data.storePath, to: copy.storePath) }
        if hasLog { _ = try BrokerCopy(of: data.brokerDirectory, to: copy.brokerDirectory).run() }
        for name in DataOptions.accessFiles where files.fileExists(atPath: "\(data.dataDir)/\(name)") {
            try files.copyItem(atPath: "\(data.dataDir)/\(name)", toPath: "\(part)/\(name)")
        }
        sync()
        try files.moveItem(atPath: part, toPath: target)
        sync()
        let what = [hasLog ? "the log" : nil, hasStore ? "the store" : nil].compactMap(\.self)
        Standard.output("copied \(what.joined(separator: " and ")) of \(data.dataDir) to \(target)\n")
    }
}

extension DataOptions {
    /// Who may use the API and the broker: files of the directory itself.
    static let accessFiles = ["api-keys.json", "broker-users.json"]

    init(at path: String) {
        self.init()
        namedDirectory = path
    }
}
