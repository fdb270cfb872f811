import ArgumentParser
import Foundation
import Settings

/// The settings of this process, put together once from its command line, its environment and a file.
enum StartSettings {
    /// A wrong one is reported by ``OrdersCommand/main()``, before any command runs.
    static let loaded = Result<ResolvedSettings, SettingsError> { () throws(SettingsError) in
        try ResolvedSettings(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
    }

    /// Where a person has to correct a variable's value.
    static func place(of variable: String) -> String {
        // Without settings there is no file to be named.
        guard let settings = try? loaded.get(),
            case .file(let path, let key) = settings.origin(of: variable, in: ProcessInfo.processInfo.environment)
        else { return "the environment variable" }
        return "\(key) in \(path)"
    }
}

/// The environment with what the file of settings adds; read once.
let processEnvironment: [String: String] = {
    // A wrong file ends the process before this is asked for.
    (try? StartSettings.loaded.get())?.environment ?? ProcessInfo.processInfo.environment
}()

extension OrdersCommand {
    /// Parses the command line, to which the environment and the file have added their flags, and runs the command.
    static func main() async {
        let arguments: [String]
        switch StartSettings.loaded {
        case .success(let settings): arguments = settings.arguments
        case .failure(let error): exit(withError: PlatformError(error.description))
        }
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            sayWhichWereGiven(error)
            exit(withError: error)
        }
    }

    /// A flag that the person did not write is wrong: says where it came from.
    private static func sayWhichWereGiven(_ error: any Error) {
        // Without settings no flag was given.
        guard let settings = try? StartSettings.loaded.get() else { return }
        let message = message(for: error)
        for (flag, variable) in settings.givenFlags.sorted(by: { $0.key < $1.key }) where message.contains(flag) {
            Standard.error("note: \(flag) was set by \(variable), \(StartSettings.place(of: variable))\n")
        }
    }
}
