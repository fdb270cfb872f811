import Foundation

/// How far an import has come, beside the file: an import that was stopped goes on from there.
struct ImportProgress: Codable, Equatable {
    /// The file's size when it was begun; another size is another file.
    var size: UInt64
    /// The next byte to read.
    var offset: UInt64
    /// Lines read so far.
    var lines: Int
    var imported: Int
    var rejected: Int
    /// The header line of a CSV file.
    var header: [String]?

    static func file(for path: String) -> URL { URL(fileURLWithPath: "\(path).import-progress") }

    /// nil: nothing was begun, or with another file.
    static func read(for path: String, size: UInt64) throws -> ImportProgress? {
        let file = file(for: path)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let progress = try JSONDecoder().decode(ImportProgress.self, from: Data(contentsOf: file))
        return progress.size == size ? progress : nil
    }

    func write(for path: String) throws {
        try JSONEncoder().encode(self).write(to: ImportProgress.file(for: path), options: .atomic)
    }

    static func remove(for path: String) throws {
        let file = file(for: path)
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }
}
