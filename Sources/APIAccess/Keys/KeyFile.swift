import Foundation

/// The file of API keys: JSON, readable by its owner only, replaced as a whole. Blocking.
public struct KeyFile: Sendable {
    /// Where it is.
    public let path: String

    /// A file that need not be there yet.
    public init(path: String) { self.path = path }

    private struct Contents: Codable {
        var version = 1
        var keys: [APIKeyRecord]
    }

    static let maximumBytes = 4 * 1024 * 1024
    /// The most keys, revoked ones included.
    public static let maximumKeys = 10_000

    /// The keys in it; none where there is no file.
    ///
    /// - Throws: ``APIAccessError`` if it cannot be read, is no such file, or can be written by others: whoever writes
    ///   it lets themselves in.
    public func read() throws(APIAccessError) -> [APIKeyRecord] {
        guard let status = FileStatus(path: path) else { return [] }
        guard status.mode & 0o022 == 0 else {
            throw APIAccessError(
                "the file of API keys \(path) can be written by others than its owner, who could add keys to it. Run: chmod 600 \(path)"
            )
        }
        guard status.size <= Self.maximumBytes else {
            throw APIAccessError("the file of API keys \(path) has more than \(Self.maximumBytes) bytes")
        }
        do {
            let contents = try JSONDecoder().decode(
                Contents.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard contents.version == 1, contents.keys.count <= Self.maximumKeys else {
                throw APIAccessError("the file of API keys \(path) is of a later version, or has too many keys")
            }
            return contents.keys
        } catch let error as APIAccessError {
            throw error
        } catch let error as DecodingError {
            throw APIAccessError(
                "\(path) is no file of API keys: \(Self.reason(error)). Restore it, or remove it and make new keys with `orders keys add`"
            )
        } catch {
            throw APIAccessError("the file of API keys \(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// Reads, changes and replaces the file, while no other process does.
    public func update<R>(_ change: (inout [APIKeyRecord]) throws -> R) throws -> R {
        let lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("cannot be locked") }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw failure("cannot be locked") }
        var keys = try read()
        let result = try change(&keys)
        try write(keys)
        return result
    }

    /// Written beside it, on disk, then renamed over it: whoever reads sees the old keys or the new ones.
    private func write(_ keys: [APIKeyRecord]) throws {
        guard keys.count <= Self.maximumKeys else {
            throw APIAccessError("\(path) has \(Self.maximumKeys) keys, which is the most")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let bytes = [UInt8](try encoder.encode(Contents(keys: keys))) + [0x0A]
        let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
        // One of a process of this id that was killed.
        unlink(temporary)
        let file = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written") }
        defer { close(file) }
        guard FileStatus.writeAll(bytes, to: file), fsync(file) == 0, rename(temporary, path) == 0 else {
            let error = failure("cannot be written")
            unlink(temporary)
            throw error
        }
    }

    private func failure(_ what: String) -> APIAccessError {
        APIAccessError("the file of API keys \(path) \(what): \(String(cString: strerror(errno)))")
    }

    /// Where in the file, and what; never a value of it.
    private static func reason(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context)) has no \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            place(context).isEmpty ? "it is no JSON of that form" : "\(place(context)) is not what it must be"
        @unknown default: "it cannot be understood"
        }
    }
}

/// Size, time and rights of a file: whether it is another than a moment ago.
public struct FileStatus: Sendable, Equatable {
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let mode: UInt32

    /// nil where there is no file. Follows links. Blocking.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        mode = UInt32(status.st_mode)
    }

    static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
