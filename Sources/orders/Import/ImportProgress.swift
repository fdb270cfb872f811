import Foundation
import OrderFiles

/// How far an import has come, beside the file: an import that was stopped goes on from there.
///
/// Neither name nor size tells a file from another one: the digest of what was read does. And the orders went to one
/// cluster; an import into another begins at the start.
struct ImportProgress: Codable, Equatable {
    var checkpoint: OrderFileReader.Checkpoint
    /// How many bytes of the file's text were read, and their SHA-256.
    var digestedBytes: Int64
    var digest: String
    /// nil: the broker says none.
    var cluster: String?
    var counts: ImportCounts

    static func file(for path: String) -> URL { URL(fileURLWithPath: "\(path).import-progress") }

    /// nil: no import of a file of this name was begun, or what it left cannot be understood.
    static func read(for path: String) -> ImportProgress? {
        // Without it the import begins at the start, which is right in any case.
        guard let data = try? Data(contentsOf: file(for: path)) else { return nil }
        return try? JSONDecoder().decode(ImportProgress.self, from: data)
    }

    func write(for path: String) throws {
        try JSONEncoder().encode(self).write(to: ImportProgress.file(for: path), options: .atomic)
    }

    static func remove(for path: String) throws {
        let file = file(for: path)
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }
}

/// What an import has made of the records so far.
struct ImportCounts: Codable, Equatable {
    var orders = 0
    var rejected = 0
}
