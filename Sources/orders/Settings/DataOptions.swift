import ArgumentParser
import Foundation

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
