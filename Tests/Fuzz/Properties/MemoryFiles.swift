import NIOCore
import Synchronization

@testable import BrokerCore
@testable import BrokerStorage

/// ``StorageFiles`` in memory, small and without faults.
///
/// What a real file system would refuse is refused: negative places, and files beyond ``maximumFileBytes``.
final class MemoryFiles: StorageFiles {
    static let maximumFileBytes = 4 << 20

    private let contents = Mutex<[String: [UInt8]]>([:])

    /// Every file with its bytes.
    var all: [String: [UInt8]] {
        get { contents.withLock { $0 } }
        set { contents.withLock { $0 = newValue } }
    }

    func list(_ directory: String) throws(StorageError) -> [String] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let names = contents.withLock { files in
            files.keys.filter { $0.hasPrefix(prefix) }.compactMap {
                $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
            }
        }
        return Set(names).sorted()
    }

    func size(_ file: String) throws(StorageError) -> Int? { contents.withLock { $0[file]?.count } }

    func read(_ file: String, at offset: Int, count: Int) throws(StorageError) -> ByteBuffer {
        guard offset >= 0, count >= 0 else { throw refusal(file, "\(count) bytes cannot be read at \(offset)") }
        guard let bytes = contents.withLock({ $0[file] }) else {
            throw StorageError(code: .notFound, file: file, detail: "no such file")
        }
        guard offset < bytes.count else { return ByteBuffer() }
        return ByteBuffer(bytes: bytes[offset..<offset + min(count, bytes.count - offset)])
    }

    func write(_ file: String, at offset: Int, _ chunks: [ByteBuffer]) throws(StorageError) {
        let count = chunks.reduce(0) { $0 + $1.readableBytes }
        guard offset >= 0, offset <= Self.maximumFileBytes, count <= Self.maximumFileBytes else {
            throw refusal(file, "\(count) bytes cannot be written at \(offset)")
        }
        contents.withLock { files in
            var position = offset
            for chunk in chunks {
                let end = position + chunk.readableBytes
                Self.grow(&files[file, default: []], to: end)
                files[file, default: []].replaceSubrange(position..<end, with: chunk.readableBytesView)
                position = end
            }
        }
    }

    func truncate(_ file: String, to size: Int) throws(StorageError) {
        guard (0...Self.maximumFileBytes).contains(size) else { throw refusal(file, "it cannot have \(size) bytes") }
        contents.withLock { files in
            Self.grow(&files[file, default: []], to: size)
            files[file, default: []].removeLast(files[file, default: []].count - size)
        }
    }

    func preallocate(_ file: String, size: Int) throws(StorageError) {
        guard (0...Self.maximumFileBytes).contains(size) else { throw refusal(file, "it cannot have \(size) bytes") }
        contents.withLock { Self.grow(&$0[file, default: []], to: size) }
    }

    private static func grow(_ bytes: inout [UInt8], to size: Int) {
        if bytes.count < size { bytes.append(contentsOf: repeatElement(0, count: size - bytes.count)) }
    }

    private func refusal(_ file: String, _ detail: String) -> StorageError {
        StorageError(code: .inputOutput, file: file, detail: detail)
    }

    func synchronize(_ file: String) throws(StorageError) {}
    func synchronizeDirectory(_ directory: String) throws(StorageError) {}

    func rename(_ source: String, to target: String) throws(StorageError) {
        guard let bytes = contents.withLock({ $0.removeValue(forKey: source) }) else {
            throw StorageError(code: .notFound, file: source, detail: "no such file")
        }
        contents.withLock { $0[target] = bytes }
    }

    func delete(_ file: String) throws(StorageError) { contents.withLock { $0[file] = nil } }

    func deleteDirectory(_ directory: String) throws(StorageError) {
        contents.withLock { files in files = files.filter { !$0.key.hasPrefix(directory + "/") } }
    }

    func space() throws(StorageError) -> StorageSpace { StorageSpace(total: 1 << 30, usable: 1 << 29) }
}
