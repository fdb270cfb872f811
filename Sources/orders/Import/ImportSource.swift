import Foundation
import OrderEvents
import OrderFiles

/// Where the orders of an import come from: a file, a pipe, or standard input. Reads block.
struct ImportSource: Sendable {
    /// As it was named; `-` for standard input.
    let path: String
    private let descriptor: Int32
    /// nil for what is no file: it has no size and cannot be read twice.
    let file: FileFacts?

    struct FileFacts: Sendable {
        let size: Int64
        let modified: Timestamp
    }

    /// For messages.
    var name: String { path == "-" ? "standard input" : path }

    /// Opens it; a pipe waits for its other end.
    static func open(_ path: String) throws -> ImportSource {
        let descriptor = path == "-" ? STDIN_FILENO : retrying { Foundation.open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw PlatformError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw PlatformError("\(path) cannot be looked at: \(String(cString: strerror(errno)))")
        }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR:
            throw PlatformError(
                "\(path) is a directory. Name a file, or give several through a pipe: cat \(path)/*.jsonl | orders import -"
            )
        case S_IFREG:
            let modified = Int64(facts.st_mtim.tv_sec) * 1_000
            return ImportSource(
                path: path, descriptor: descriptor,
                file: FileFacts(
                    size: Int64(facts.st_size), modified: Timestamp.epoch.advanced(byMilliseconds: modified)))
        default: return ImportSource(path: path, descriptor: descriptor, file: nil)
        }
    }

    /// Fills `buffer` as far as the source goes; fewer bytes only at its end, or where a pipe has no more for now.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = ImportSource.retrying { Foundation.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw PlatformError("\(name) cannot be read: \(String(cString: strerror(errno)))") }
        return count
    }

    /// Goes back to the beginning of a file.
    func rewind() throws {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw PlatformError("\(name) cannot be read again: \(String(cString: strerror(errno)))")
        }
    }

    private static func retrying<R: BinaryInteger>(_ call: () -> R) -> R {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }
}

extension ImportSource {
    private struct Enough: Error {}

    /// Whether the text of the file begins with what was read of another one, or of this one earlier.
    func begins(with count: Int64, digest wanted: String) throws -> Bool {
        var input = OrderFileInput()
        var digest = TextDigest()
        do {
            try forEachPiece { bytes, isLast in
                try input.push(bytes, isLast: isLast) { text in
                    digest.update(UnsafeRawBufferPointer(rebasing: text.prefix(Int(clamping: count - digest.count))))
                    if digest.count == count { throw Enough() }
                }
            }
        } catch is Enough {
        } catch is OrderFileError {
            // Whatever it is now, it is not what was read before.
        }
        try rewind()
        return digest.count == count && digest.text == wanted
    }

    /// Hands on all that there is, and at the end an empty piece.
    func forEachPiece(bytes: Int = 1 << 20, _ body: (UnsafeRawBufferPointer, _ isLast: Bool) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try read(into: buffer)
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]), count == 0)
            if count == 0 { return }
        }
    }
}
