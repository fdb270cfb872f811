import Glibc
import Synchronization

/// The data directory of one broker: made if need be, locked against others, and of a version that is understood.
final class DataDirectory: Sendable {
    /// Changes when older brokers could not read what this one writes.
    static let version = 1
    static let versionFile = "version"
    private static let lockFile = "lock"

    let path: String
    /// The descriptor that holds the lock, nil once it is released.
    private let lock: Mutex<Int32?>

    init(path: String) throws(EmbeddedBrokerError) {
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.path = trimmed
        try Self.make(trimmed)
        lock = Mutex(try Self.lock(trimmed))
        // If this throws, deinit gives the lock back.
        try Self.checkVersion(trimmed)
    }

    deinit { release() }

    /// Lets another broker have the directory.
    func release() {
        lock.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }

    private static func reason(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }

    private static func make(_ path: String) throws(EmbeddedBrokerError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part
            if mkdir(made, 0o755) != 0, errno != EEXIST, errno != EISDIR {
                throw EmbeddedBrokerError(
                    .dataDirectoryNotUsable,
                    "the data directory \(path) cannot be made: \(reason()); choose another or change its permissions")
            }
            made += "/"
        }
    }

    private static func lock(_ path: String) throws(EmbeddedBrokerError) -> Int32 {
        let file = path + "/" + lockFile
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw EmbeddedBrokerError(
                .dataDirectoryNotUsable,
                "the data directory \(path) cannot be written: \(reason()); choose another or change its permissions")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let inUse = errno == EWOULDBLOCK
            let why = reason()
            close(descriptor)
            throw inUse
                ? EmbeddedBrokerError(
                    .dataDirectoryLocked,
                    "the data directory \(path) is in use by another broker; stop that one or choose another directory")
                : EmbeddedBrokerError(.dataDirectoryNotUsable, "\(file) cannot be locked: \(why)")
        }
        return descriptor
    }

    private static func checkVersion(_ path: String) throws(EmbeddedBrokerError) {
        let file = path + "/" + versionFile
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return try writeVersion(file) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).filter { $0 != "\n" }
        // A version file that was torn by a crash of the very first start stands before anything was stored.
        if text.isEmpty { return try writeVersion(file) }
        guard let found = Int(text) else {
            throw EmbeddedBrokerError(
                .dataDamaged,
                "\(file) says \"\(text)\" where a version number is expected; is \(path) a broker's data directory?")
        }
        guard found <= version else {
            throw EmbeddedBrokerError(
                .newerVersion,
                "the data directory \(path) was written by a newer version (format \(found), this one knows \(version)); start that version, or choose another directory"
            )
        }
    }

    private static func writeVersion(_ file: String) throws(EmbeddedBrokerError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        let text = Array("\(version)\n".utf8)
        guard descriptor >= 0, write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            throw EmbeddedBrokerError(.dataDirectoryNotUsable, "\(file) cannot be written: \(reason())")
        }
        close(descriptor)
    }
}
