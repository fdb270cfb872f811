import Foundation
import Logging

/// Log lines on standard error: readable on a terminal, JSON (one object a line) in containers.
struct ConsoleLogHandler: LogHandler {
    enum Format: String, Sendable, CaseIterable {
        case text
        case json
    }

    let label: String
    let format: Format
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    init(label: String, format: Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        let line =
            switch format {
            case .text: text(event.level, event.message, all)
            case .json: json(event.level, event.message, all)
            }
        // One write per line, so that lines of several threads do not mix.
        FileHandle.standardError.write(Data(line.utf8))
    }

    private func text(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata) -> String {
        var line = ConsoleLogHandler.clock(Date.now, dateToo: false)
        line += " \(level.rawValue.uppercased().padding(toLength: 8, withPad: " ", startingAt: 0))"
        line += "\(label.padding(toLength: 10, withPad: " ", startingAt: 0)) \(message)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += "  \(key)=\(value)" }
        return line.replacingOccurrences(of: "\n", with: "\\n") + "\n"
    }

    private func json(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata) -> String {
        var fields: [String: String] = [:]
        for (key, value) in metadata { fields[key] = "\(value)" }
        fields["time"] = ConsoleLogHandler.clock(Date.now, dateToo: true)
        fields["level"] = level.rawValue
        fields["logger"] = label
        fields["message"] = "\(message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings always encode; the fallback only satisfies the compiler.
        let data = (try? encoder.encode(fields)) ?? Data("{}".utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func clock(_ date: Date, dateToo: Bool) -> String {
        if dateToo { return date.formatted(.iso8601.time(includingFractionalSeconds: true)) }
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
