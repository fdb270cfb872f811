import ArgumentParser
import Foundation
import Kafka
import Logging

/// A wrong setting, a port in use, a directory that cannot be written: one message, exit code 1.
struct PlatformError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// `HOST:PORT`, IPv6 in brackets.
struct HostPort: ExpressibleByArgument, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":") else { return nil }
        let host = argument[..<colon].trimmingPrefix("[")
        guard let port = Int(argument[argument.index(after: colon)...]), (0...65_535).contains(port), !host.isEmpty
        else { return nil }
        self.host = host.hasSuffix("]") ? String(host.dropLast()) : String(host)
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    var defaultValueDescription: String { description }
}

extension ConsoleLogHandler.Format: ExpressibleByArgument {}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// How much is logged, and in which form. A flag beats the environment.
struct LogOptions: ParsableArguments {
    @Option(help: "trace, debug, info, notice, warning, error or critical. Environment: LOG_LEVEL. Default: notice.")
    var logLevel: Logger.Level?

    @Option(help: "text or json. Environment: LOG_FORMAT. Default: text on a terminal, json elsewhere.")
    var logFormat: ConsoleLogHandler.Format?

    /// Installs the log handler; the first thing that a command does.
    func bootstrap(environment: [String: String]) throws {
        let level =
            try logLevel ?? Setting.parse(
                "LOG_LEVEL", in: environment, Logger.Level.init(rawValue:), "a log level such as info") ?? .notice
        let format =
            try logFormat
            ?? Setting.parse("LOG_FORMAT", in: environment, ConsoleLogHandler.Format.init(rawValue:), "text or json")
            ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        for warning in EnvironmentNames.warnings(environment) { Standard.error("warning: \(warning)\n") }
        LoggingSystem.bootstrap { ConsoleLogHandler(label: $0, format: format, level: level) }
    }
}

/// Reading one variable of the environment.
enum Setting {
    /// The parsed value, nil where the variable is unset or empty; a value that does not parse is an error naming the
    /// variable.
    static func parse<T>(
        _ name: String, in environment: [String: String], _ parse: (String) -> T?, _ expected: String,
        isSecret: Bool = false
    ) throws -> T? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = parse(text) else {
            throw PlatformError(
                "\(name)\(isSecret ? "" : "=\(text)") is not \(expected). Correct the environment variable or unset it."
            )
        }
        return value
    }
}

/// Where the data of this machine is.
struct DataOptions: ParsableArguments {
    /// nil where nobody named one.
    @Option(name: .customLong("data-dir"), help: "The directory of logs, state and store. Default: ./data.")
    var namedDirectory: String?

    var isNamed: Bool { namedDirectory != nil }
    var dataDir: String {
        get { namedDirectory ?? "./data" }
        set { namedDirectory = newValue }
    }

    var brokerDirectory: String { "\(dataDir)/broker" }
    var stateDirectory: String { "\(dataDir)/state" }
    var storePath: String { "\(dataDir)/store/orders.sqlite" }

    /// Makes the directory and shows that it can be written.
    func prepare() throws {
        for path in [dataDir, stateDirectory, "\(dataDir)/store"] {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                throw PlatformError(
                    "the data directory \(path) cannot be made: \(error.localizedDescription) Choose another one with --data-dir, or fix its permissions."
                )
            }
            guard access(path, W_OK | X_OK) == 0 else {
                throw PlatformError(
                    "the data directory \(path) cannot be written. Choose another one with --data-dir, or fix its permissions."
                )
            }
        }
    }
}

/// Which Kafka a single service or a tool talks to.
struct KafkaOptions: ParsableArguments {
    @Option(
        help:
            "Kafka's bootstrap address. Environment: KAFKA_BOOTSTRAP_SERVERS. Default: 127.0.0.1:9092, the embedded broker."
    )
    var kafka: String?

    func settings(environment: [String: String]) throws -> KafkaSettings {
        var environment = environment
        if let kafka { environment["KAFKA_BOOTSTRAP_SERVERS"] = kafka }
        return try KafkaSettings.fromEnvironment(environment)
    }
}
