import ArgumentParser
import Foundation
import Logging
import OrderTracing
import Settings

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
        LoggingSystem.bootstrap(
            { label, traces in
                var handler = ConsoleLogHandler(label: label, format: format, level: level)
                handler.metadataProvider = traces
                return handler
            }, metadataProvider: CurrentTrace.logMetadata)
    }
}
