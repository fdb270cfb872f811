import Logging
import Synchronization

/// What was logged, to look at.
final class CollectedLog: LogHandler, Sendable {
    private let collected = Mutex<[String]>([])

    var lines: [String] { collected.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in self } }

    /// Waits for a line; ends with the test's time limit otherwise.
    func line(with text: String) async throws -> String {
        while true {
            if let line = lines.first(where: { $0.contains(text) }) { return line }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func log(event: LogEvent) {
        let metadata = event.metadata?.map { "\($0)=\($1)" }.sorted().joined(separator: " ") ?? ""
        collected.withLock { $0.append("\(event.message) \(metadata)") }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
}
