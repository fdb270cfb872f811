import Glibc
import NIOCore
import Synchronization

/// ``StorageFiles`` on a real directory.
///
/// Files stay open between calls, at most ``maximumOpenFiles`` of them. A handle is closed when nobody uses it any
/// more, so that deleting or replacing a file on one lane never pulls it away from a read on another.
package final class FileStorage: StorageFiles {
    package static let maximumOpenFiles = 256

    /// Without a slash at its end.
    package let root: String
    private let handles = Mutex<[String: OpenFile]>([:])

    package init(root: String) {
        self.root = root
    }

    /// A file descriptor that closes itself.
    private final class OpenFile: Sendable {
        let descriptor: Int32
        init(descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    private func path(_ file: String) -> String { file.isEmpty ? root : root + "/" + file }

    private func failure(_ file: String, _ action: String, _ number: Int32 = errno) -> StorageError {
        let code: StorageError.Code =
            switch number {
            case ENOENT: .notFound
            case ENOSPC, EDQUOT: .noSpace
            case EACCES, EPERM, EROFS: .notPermitted
            default: .inputOutput
            }
        return StorageError(code: code, file: file, detail: "cannot \(action): \(String(cString: strerror(number)))")
    }

    // MARK: Open files

    private func open(_ file: String, create: Bool) throws(StorageError) -> OpenFile {
        if let handle = handles.withLock({ $0[file] }) { return handle }
        let flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0)
        var descriptor = Glibc.open(path(file), flags, 0o644)
        if descriptor < 0, errno == ENOENT, create {
            try makeDirectories(above: file)
            descriptor = Glibc.open(path(file), flags, 0o644)
        }
        guard descriptor >= 0 else { throw failure(file, "open") }
        let opened = OpenFile(descriptor: descriptor)
        return handles.withLock { handles in
            // Another lane may have been faster; then this descriptor closes itself.
            if let handle = handles[file] { return handle }
            if handles.count >= Self.maximumOpenFiles, let victim = handles.keys.first { handles[victim] = nil }
            handles[file] = opened
            return opened
        }
    }

    private func makeDirectories(above file: String) throws(StorageError) {
        var made = root
        for part in file.split(separator: "/").dropLast() {
            made += "/" + part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw failure(file, "create its directory") }
        }
    }

    private func forget(_ file: String) {
        handles.withLock { $0[file] = nil }
    }

    // MARK: StorageFiles

    package func list(_ directory: String) throws(StorageError) -> [String] {
        guard let stream = opendir(path(directory)) else {
            if errno == ENOENT { return [] }
            throw failure(directory, "list")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func size(_ file: String) throws(StorageError) -> Int? {
        var status = stat()
        guard stat(path(file), &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure(file, "look up")
        }
        return Int(status.st_size)
    }

    package func read(_ file: String, at offset: Int, count: Int) throws(StorageError) -> ByteBuffer {
        let handle = try open(file, create: false)
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        while buffer.readableBytes < count {
            let wanted = count - buffer.readableBytes
            let position = offset + buffer.readableBytes
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                max(0, pread(handle.descriptor, bytes.baseAddress, wanted, off_t(position)))
            }
            if got == 0 {
                // pread's error is lost in the closure's count, so ask again without one.
                var byte: UInt8 = 0
                let again = pread(handle.descriptor, &byte, 1, off_t(position))
                if again < 0 && errno != EINTR { throw failure(file, "read at \(position)") }
                if again == 0 { break }
            }
        }
        return buffer
    }

    package func write(_ file: String, at offset: Int, _ chunks: [ByteBuffer]) throws(StorageError) {
        let handle = try open(file, create: true)
        var position = offset
        var first = 0
        var skipped = 0
        while first < chunks.count {
            let (written, number) = Self.writeVector(
                handle.descriptor, chunks[first...], skipping: skipped, at: position)
            guard written >= 0 else {
                if number == EINTR { continue }
                throw failure(file, "write at \(position)", number)
            }
            position += written
            var rest = written + skipped
            while first < chunks.count, rest >= chunks[first].readableBytes {
                rest -= chunks[first].readableBytes
                first += 1
            }
            skipped = rest
        }
    }

    /// Writes as many chunks as one call takes: how many bytes, or -1 and errno.
    private static func writeVector(
        _ descriptor: Int32, _ chunks: ArraySlice<ByteBuffer>, skipping: Int, at position: Int
    ) -> (Int, Int32) {
        if chunks.count == 1 {
            return chunks[chunks.startIndex].withUnsafeReadableBytes { bytes in
                let rest = bytes.dropFirst(skipping)
                let pointer = UnsafeRawBufferPointer(rebasing: rest)
                let written = pwrite(descriptor, pointer.baseAddress, pointer.count, off_t(position))
                return (written, errno)
            }
        }
        let vector = chunks.prefix(512)
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: vector.count) { vectors in
            for (index, chunk) in vector.enumerated() {
                // The pointers stay valid for the call: the chunks' storage is kept alive below and not mutated.
                chunk.withUnsafeReadableBytes { bytes in
                    let skip = index == 0 ? skipping : 0
                    vectors.initializeElement(
                        at: index,
                        to: iovec(
                            iov_base: bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + skip) },
                            iov_len: bytes.count - skip))
                }
            }
            return withExtendedLifetime(chunks) {
                let written = pwritev(descriptor, vectors.baseAddress, Int32(vector.count), off_t(position))
                return (written, errno)
            }
        }
    }

    package func truncate(_ file: String, to size: Int) throws(StorageError) {
        let handle = try open(file, create: true)
        guard ftruncate(handle.descriptor, off_t(size)) == 0 else { throw failure(file, "set its size to \(size)") }
    }

    package func preallocate(_ file: String, size: Int) throws(StorageError) {
        let handle = try open(file, create: true)
        let number = posix_fallocate(handle.descriptor, 0, off_t(size))
        guard number == 0 else { throw failure(file, "reserve \(size) bytes", number) }
    }

    package func synchronize(_ file: String) throws(StorageError) {
        let handle = try open(file, create: false)
        guard fdatasync(handle.descriptor) == 0 else { throw failure(file, "synchronize") }
    }

    package func synchronizeDirectory(_ directory: String) throws(StorageError) {
        let descriptor = Glibc.open(path(directory), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(directory, "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(directory, "synchronize") }
    }

    package func rename(_ source: String, to target: String) throws(StorageError) {
        guard Glibc.rename(path(source), path(target)) == 0 else { throw failure(source, "rename to \(target)") }
        forget(source)
        forget(target)
    }

    package func delete(_ file: String) throws(StorageError) {
        forget(file)
        if unlink(path(file)) != 0, errno != ENOENT { throw failure(file, "delete") }
    }

    package func deleteDirectory(_ directory: String) throws(StorageError) {
        for name in try list(directory) {
            let file = directory + "/" + name
            forget(file)
            if unlink(path(file)) != 0 {
                guard errno == EISDIR || errno == EPERM else { throw failure(file, "delete") }
                try deleteDirectory(file)
            }
        }
        if rmdir(path(directory)) != 0, errno != ENOENT { throw failure(directory, "delete") }
    }

    package func space() throws(StorageError) -> StorageSpace {
        var volume = statvfs()
        guard statvfs(root, &volume) == 0 else { throw failure("", "look up the room of") }
        let block = UInt64(volume.f_frsize)
        return StorageSpace(
            total: Int64(clamping: UInt64(volume.f_blocks) * block),
            usable: Int64(clamping: UInt64(volume.f_bavail) * block))
    }
}
