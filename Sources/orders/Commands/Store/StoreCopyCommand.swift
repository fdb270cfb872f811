import ArgumentParser
import Foundation
import OrderEvents
import OrderStore
import StreamProcessing

struct StoreCopyCommand: AsyncParsableCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case sqlite, couchbase
    }

    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy the order store from SQLite to Couchbase, or back, and compare them.",
        discussion: """
            Stop the platform first: what is written behind the copy's place is not copied. A copy that was stopped goes on where it was. A \
            revision that the target has, or a newer one, stays. Idempotency keys go along, each with the time that it has left. Exit 0 if the target has everything, 1 if not.
            """)

    @Option(help: ArgumentHelp("sqlite or couchbase.", valueName: "KIND")) var from: Kind
    @Option(help: ArgumentHelp("The other one.", valueName: "KIND")) var to: Kind
    @Flag(help: "Begin at the beginning, whatever an earlier copy has done.") var restart = false
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard from != to else { throw ValidationError("--from and --to are to be different") }
    }

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        try data.prepare()
        guard from != .sqlite || FileManager.default.fileExists(atPath: data.storePath) else {
            throw PlatformError("there is no store at \(data.storePath). Name its data directory with --data-dir.")
        }
        let source = try await choice(from).open()
        do {
            let target = try await choice(to).open()
            do {
                let now = Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())
                try await copy(StoreCopy(from: source, to: target, now: now))
            } catch {
                try await target.close()
                throw error
            }
            try await target.close()
        } catch {
            try await source.close()
            throw error
        }
        try await source.close()
    }

    private func choice(_ kind: Kind) throws -> StoreChoice {
        switch kind {
        case .sqlite: .sqlite(path: data.storePath)
        case .couchbase: .couchbase(try StoreChoice.couchbase(processEnvironment))
        }
    }

    private func copy(_ copy: StoreCopy) async throws {
        let file = try CopyProgress(data, from: from, to: to)
        let start = restart ? StoreCopy.Progress() : file.read()
        if start.lastOrder > 0 { Standard.output("going on after order \(start.lastOrder)\n") }
        if start.lastKey != nil { Standard.output("going on after \(start.keys) idempotency keys\n") }
        var said = ContinuousClock.now
        let done = try await copy.run(from: start) { progress in
            try file.write(progress)
            guard ContinuousClock.now - said > .seconds(2) else { return }
            said = .now
            Standard.output("\(Self.text(progress))\n")
        }
        Standard.output("copied \(Self.text(done)); comparing\n")
        if done.unnamedKeys > 0 {
            Standard.output(
                "\(done.unnamedKeys) idempotency keys were reserved by an earlier version, which kept no text of them: "
                    + "they are not copied\n")
        }
        let comparison = try await copy.compare()
        guard comparison.differences == 0 else {
            Standard.output("\(comparison.differences) of \(comparison.compared) differ:\n")
            for example in comparison.examples { Standard.output("  \(example)\n") }
            Standard.output("Run it again with --restart; nobody may write either store meanwhile.\n")
            throw ExitCode(1)
        }
        try file.remove()
        Standard.output("verified: the target has all \(comparison.compared)\n")
    }

    private static func text(_ progress: StoreCopy.Progress) -> String {
        "\(progress.orders) orders, \(progress.aggregates) windows and totals, \(progress.keys) idempotency keys"
    }
}

/// How far a copy has come, in a file of the data directory. It belongs to one pair of stores.
private struct CopyProgress {
    private struct Content: Codable {
        let stores: String
        let progress: StoreCopy.Progress
    }

    private let file: URL
    private let stores: String

    init(_ data: DataOptions, from: StoreCopyCommand.Kind, to: StoreCopyCommand.Kind) throws {
        let cluster = try StoreChoice.couchbase(processEnvironment)
        file = URL(fileURLWithPath: "\(data.dataDir)/store/copy-\(from.rawValue)-\(to.rawValue).progress")
        stores = "\(data.storePath) \(cluster.connectionString) \(cluster.bucket) \(cluster.scope)"
    }

    func read() -> StoreCopy.Progress {
        // Without it, or with another pair's, the copy begins at the beginning, which is right in any case.
        guard let bytes = try? Data(contentsOf: file),
            let content = try? JSONDecoder().decode(Content.self, from: bytes),
            content.stores == stores
        else { return StoreCopy.Progress() }
        return content.progress
    }

    func write(_ progress: StoreCopy.Progress) throws {
        try JSONEncoder().encode(Content(stores: stores, progress: progress)).write(to: file, options: .atomic)
    }

    func remove() throws {
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }
}
