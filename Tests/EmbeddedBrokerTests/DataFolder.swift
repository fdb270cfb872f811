import Foundation

/// A data directory with a file of each kind that a copy looks at.
struct DataFolder: Sendable {
    static let segment = "topics/orders-0/00000000000000000000.log"

    let path: String

    /// Gives one that is filled, and the name of one that is not there yet.
    static func with(_ body: (_ source: DataFolder, _ target: DataFolder) throws -> Void) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("copy-\(UUID().uuidString)").path
        defer {
            // What cannot be removed is the system's to clean up.
            try? FileManager.default.removeItem(atPath: base)
        }
        let source = DataFolder(path: base + "/source")
        try source.write("checkpoint", "frame 0")
        try source.write("journal/0.journal", "frames")
        try source.write("internal/offsets-0/00000000000000000000.log", "offsets")
        try source.write(segment, "batches")
        try body(source, DataFolder(path: base + "/target"))
    }

    func write(_ name: String, _ text: String) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func append(_ name: String, _ text: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
        defer { file.closeFile() }
        file.seekToEndOfFile()
        file.write(Data(text.utf8))
    }

    /// Another file takes its name.
    func replace(_ name: String, with text: String) throws {
        try write("new", text)
        guard rename("\(path)/new", "\(path)/\(name)") == 0 else { throw POSIXError(.EIO) }
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// Name to bytes of every file but the pipes of a journal.
    func contents() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory) else { continue }
            if isDirectory.boolValue || name.hasSuffix(".pipe") { continue }
            found[name] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        return found
    }
}
