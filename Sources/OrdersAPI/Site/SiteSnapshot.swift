import Foundation

/// All files of the dashboard, read at one moment.
///
/// Requests are looked up among the names found here, so that no path whatever leads out of the directory.
struct SiteSnapshot: Sendable {
    /// By path as a browser asks for it: `/app.js`.
    let files: [String: SiteFile]
    /// Changes when a file does; see ``stamp(ofDirectory:)``.
    let stamp: [Stamp]

    struct Stamp: Equatable, Sendable {
        let path: String
        let size: Int
        let modified: Date
    }

    /// A bundle has a handful of files; a directory with more than this is not one.
    static let maximumFiles = 500
    static let maximumTotalBytes = 64 * 1024 * 1024

    static let empty = SiteSnapshot(files: [:], stamp: [])

    private init(files: [String: SiteFile], stamp: [Stamp]) {
        self.files = files
        self.stamp = stamp
    }

    /// Reads a directory. Blocking. A directory that is not there gives no files.
    init(readingDirectory directory: String) throws {
        let stamp = Self.stamp(ofDirectory: directory)
        let names = Set(stamp.map(\.path))
        var files: [String: SiteFile] = [:]
        for entry in stamp where !(entry.path.hasSuffix(".gz") && names.contains(String(entry.path.dropLast(3)))) {
            let gzip = names.contains(entry.path + ".gz") ? try Self.bytes(directory + entry.path + ".gz") : nil
            files[entry.path] = SiteFile(path: entry.path, body: try Self.bytes(directory + entry.path), gzip: gzip)
        }
        self.init(files: files, stamp: stamp)
    }

    /// The files that there are, without reading them. Blocking. Links and hidden files are left out.
    static func stamp(ofDirectory directory: String) -> [Stamp] {
        let root = URL(fileURLWithPath: directory, isDirectory: true)
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey]
        guard
            let found = FileManager.default.enumerator(
                at: root, includingPropertiesForKeys: Array(keys), options: [.skipsHiddenFiles])
        else { return [] }
        let rootPath = root.standardizedFileURL.path
        var stamp: [Stamp] = []
        var total = 0
        for case let url as URL in found {
            // A file that goes away while we look is not there.
            guard let values = try? url.resourceValues(forKeys: keys), values.isRegularFile == true,
                let size = values.fileSize, let modified = values.contentModificationDate
            else { continue }
            total += size
            guard stamp.count < maximumFiles, total <= maximumTotalBytes else { break }
            let path = String(url.standardizedFileURL.path.dropFirst(rootPath.count))
            stamp.append(Stamp(path: path.hasPrefix("/") ? path : "/" + path, size: size, modified: modified))
        }
        return stamp.sorted { $0.path < $1.path }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The file for a path. The dashboard's own routes stand behind a `#`, so every other path is one that is not
    /// there.
    func file(forPath path: String) -> SiteFile? { files[path == "/" ? "/index.html" : path] }
}
