import ArgumentParser
import Couchbase
import Foundation

/// The tool of `make couchbase-bench`: a node that answers from memory, and loads on it or on any other cluster. Each
/// prints one line of JSON. Benchmarks/couchbase_client.py runs them in turns with the official SDK, and makes the tables.
@main
struct CouchbaseBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "couchbase-bench",
        subcommands: [RespondCommand.self, OperationsCommand.self, OutstandingCommand.self, StoreCommand.self])
}

struct ClusterFlags: ParsableArguments {
    @Option(help: "couchbase://HOST:PORT") var connectionString: String
    @Option var user: String
    @Option var password: String
    @Option var bucket: String

    /// With times in which a busy machine answers, unless a test wants others.
    var patient: String {
        connectionString + "?kv_timeout=60s&kv_durable_timeout=60s&kv_connect_timeout=20s"
    }

    func connect() async throws -> Cluster {
        try await Cluster.connect(patient, options: ClusterOptions(username: user, password: password))
    }
}

struct RespondCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "respond", abstract: "A node that answers from memory, until standard input ends.")

    @Option(help: "Milliseconds from a request to its answer.") var delay = 0
    @Flag(help: "Keep the answers until they are asked for.") var hold = false

    func run() async throws { try await Responder.run(delay: .milliseconds(delay), holds: hold) }
}

enum Output {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }
}
