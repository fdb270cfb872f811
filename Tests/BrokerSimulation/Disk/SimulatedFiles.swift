import NIOCore
import Synchronization

@testable import BrokerCore
@testable import BrokerStorage

/// ``StorageFiles`` in memory, with a page cache that a power loss can take: the contract's worst case.
///
/// What was written is visible at once. ``losePower(_:)`` decides for every 512-byte block that was not synchronized, and for
/// every name that was not, whether the old or the new state survives. What fails and when is in `SimulatedFiles+Faults`.
final class SimulatedFiles: StorageFiles {
    struct State {
        var files: [Int: SimulatedFile] = [:]
        var nextFile = 0
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var faults = DiskFaults()
        var calls = 0
    }

    let state: Mutex<State>

    init() { state = Mutex(State()) }

    private init(_ snapshot: State) { state = Mutex(snapshot) }

    var calls: Int { state.withLock { $0.calls } }
    var fileNames: [String] { state.withLock { $0.names.keys.sorted() } }

    func contents(_ name: String) -> [UInt8]? {
        state.withLock { state in state.names[name].flatMap { state.files[$0]?.current } }
    }

    /// A copy of everything, as if both had the same past.
    func copy() -> SimulatedFiles { SimulatedFiles(state.withLock { $0 }) }

    /// Changes bytes behind the broker's back.
    func corrupt(_ name: String, _ change: (inout [UInt8]) -> Void) {
        state.withLock { state in
            guard let id = state.names[name], let file = state.files[id] else { return }
            var contents = file.current
            change(&contents)
            state.files[id] = SimulatedFile(durable: contents)
        }
    }

    static func missing(_ name: String) -> StorageError {
        StorageError(code: .notFound, file: name, detail: "no such file")
    }

    // MARK: StorageFiles

    func list(_ directory: String) throws(StorageError) -> [String] {
        try access(directory, .list) { state in
            let prefix = directory.isEmpty ? "" : directory + "/"
            var names: Set<Substring> = []
            for name in state.names.keys where name.utf8.starts(with: prefix.utf8) {
                let rest = name.utf8.dropFirst(prefix.utf8.count)
                names.insert(Substring(rest.prefix { $0 != UInt8(ascii: "/") }))
            }
            return names.map(String.init).sorted()
        }
    }

    /// A volume of 1 GiB, whatever is in the files.
    func space() throws(StorageError) -> StorageSpace {
        try access("", .look) { _ in StorageSpace(total: 1 << 30, usable: 1 << 29) }
    }

    func size(_ file: String) throws(StorageError) -> Int? {
        try access(file, .look) { state in state.names[file].flatMap { state.files[$0]?.size } }
    }

    func read(_ file: String, at offset: Int, count: Int) throws(StorageError) -> ByteBuffer {
        try access(file, .read) { (state) throws(StorageError) in
            guard let id = state.names[file] else { throw Self.missing(file) }
            let size = state.files[id]?.size ?? 0
            let end = min(offset + count, size)
            guard offset < end else { return ByteBuffer() }
            var buffer = ByteBufferAllocator().buffer(capacity: end - offset)
            state.files[id]?.current.withUnsafeBytes { bytes in
                _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
            }
            return buffer
        }
    }

    func write(_ file: String, at offset: Int, _ chunks: [ByteBuffer]) throws(StorageError) {
        let total = chunks.reduce(0) { $0 + $1.readableBytes }
        func write(_ state: inout State, _ limit: Int) { Self.write(file, at: offset, chunks, limit: limit, &state) }
        try access(file, .write(bytes: total), torn: write) { state in write(&state, total) }
    }

    /// Writes as much of the chunks as the limit allows.
    private static func write(
        _ file: String, at offset: Int, _ chunks: [ByteBuffer], limit: Int, _ state: inout State
    ) {
        change(file, &state) { found in
            var position = offset
            for chunk in chunks {
                let count = min(chunk.readableBytes, offset + limit - position)
                guard count > 0 else { continue }
                chunk.withUnsafeReadableBytes {
                    found.write(UnsafeRawBufferPointer(rebasing: $0[..<count]), at: position)
                }
                position += count
            }
        }
    }

    private static func change(_ file: String, _ state: inout State, _ body: (inout SimulatedFile) -> Void) {
        let id: Int
        if let known = state.names[file] {
            id = known
        } else {
            id = state.nextFile
            state.nextFile += 1
            state.names[file] = id
        }
        body(&state.files[id, default: SimulatedFile()])
    }

    func truncate(_ file: String, to size: Int) throws(StorageError) {
        try access(file, .write(bytes: 0)) { state in Self.change(file, &state) { $0.resize(to: size) } }
    }

    func preallocate(_ file: String, size: Int) throws(StorageError) {
        try access(file, .write(bytes: 0)) { state in
            Self.change(file, &state) { if $0.size < size { $0.resize(to: size) } }
        }
    }

    func synchronize(_ file: String) throws(StorageError) {
        try access(file, .synchronize) { (state) throws(StorageError) in
            guard let id = state.names[file] else { throw Self.missing(file) }
            state.files[id]?.synchronize()
        }
    }

    func synchronizeDirectory(_ directory: String) throws(StorageError) {
        try access(directory, .synchronizeDirectory) { state in
            // Names that are there, then names that are gone.
            for (name, id) in state.names where Self.isIn(directory, name) { state.durableNames[name] = id }
            let gone = state.durableNames.keys.filter { state.names[$0] == nil && Self.isIn(directory, $0) }
            for name in gone { state.durableNames[name] = nil }
        }
    }

    /// Whether the directory is the one that the file lies in.
    private static func isIn(_ directory: String, _ name: String) -> Bool {
        let parts = name.utf8
        guard let slash = parts.lastIndex(of: UInt8(ascii: "/")) else { return directory.isEmpty }
        return parts[..<slash].elementsEqual(directory.utf8)
    }

    func rename(_ source: String, to target: String) throws(StorageError) {
        try access(source, .name) { (state) throws(StorageError) in
            guard let id = state.names.removeValue(forKey: source) else { throw Self.missing(source) }
            state.names[target] = id
        }
    }

    func delete(_ file: String) throws(StorageError) {
        try access(file, .name) { state in state.names[file] = nil }
    }

    func deleteDirectory(_ directory: String) throws(StorageError) {
        try access(directory, .name) { state in
            let prefix = directory + "/"
            for name in state.names.keys.filter({ $0.utf8.starts(with: prefix.utf8) }) { state.names[name] = nil }
        }
    }
}
