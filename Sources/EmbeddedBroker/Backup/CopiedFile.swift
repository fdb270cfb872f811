import Glibc

/// A file of a data directory that is open for reading, with the size that it had then.
final class CopiedFile {
    struct Identity: Hashable {
        var device: UInt
        var inode: UInt
    }

    /// Below the data directory.
    let name: String
    let identity: Identity
    private let size: Int
    private let path: String
    private let descriptor: Int32

    /// nil: there is no such file.
    init?(_ name: String, in directory: String) throws(EmbeddedBrokerError) {
        let path = "\(directory)/\(name)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure(path, "read")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = Self.failure(path, "read")
            close(descriptor)
            throw error
        }
        self.name = name
        self.path = path
        self.descriptor = descriptor
        identity = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Writes the file's bytes, up to the size that it had when it was opened, under the same name below `directory`.
    func write(to directory: String) throws(EmbeddedBrokerError) -> Int {
        let target = "\(directory)/\(name)"
        try Self.makeDirectories(above: target)
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw Self.failure(target, "write") }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while offset < size {
            let count = pread(descriptor, &buffer, min(buffer.count, size - offset), off_t(offset))
            guard count > 0 else { throw Self.failure(path, "read") }
            var written = 0
            while written < count {
                let step = buffer.withUnsafeBytes { Glibc.write(output, $0.baseAddress! + written, count - written) }
                guard step > 0 else { throw Self.failure(target, "write") }
                written += step
            }
            offset += count
        }
        guard fsync(output) == 0 else { throw Self.failure(target, "write") }
        return size
    }

    /// The names in a directory, sorted; empty if it does not exist or is none.
    static func list(_ name: String, in directory: String) throws(EmbeddedBrokerError) -> [String] {
        let path = "\(directory)/\(name)"
        guard let stream = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw failure(path, "read")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A large log has more segments than a process may have open by default.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it stays as it is, a file that cannot be opened says so.
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func makeDirectories(above path: String) throws(EmbeddedBrokerError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            made += part
            if mkdir(made, 0o700) != 0, errno != EEXIST, errno != EISDIR { throw failure(made, "make") }
            made += "/"
        }
    }

    private static func failure(_ path: String, _ action: String) -> EmbeddedBrokerError {
        let reason = String(cString: strerror(errno))
        return EmbeddedBrokerError(
            .dataDirectoryNotUsable, "cannot \(action) \(path) for a copy of the log: \(reason)")
    }
}
