import NIOCore
import Synchronization

@testable import EmbeddedBroker

/// ``StorageFiles`` in memory, with a page cache that a power loss can take: the contract's worst case.
///
/// What was written is visible at once. ``losePower(_:)`` decides for every 512-byte block that was not synchronized, and for
/// every name that was not, whether the old or the new state survives.
final class SimulatedFiles: StorageFiles {
    private static let blockBytes = 512

    private struct File {
        var current: [UInt8] = []
        var durable: [UInt8] = []
        var dirtyBlocks: Set<Int> = []
    }

    private struct State {
        var files: [Int: File] = [:]
        var nextFile = 0
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        /// The next calls on files whose name contains the text fail.
        var faults: [(substring: String, code: StorageError.Code)] = []
        /// Calls left until the process dies.
        var callsLeft: Int?
        var calls = 0
    }

    private let state = Mutex(State())

    // MARK: Faults

    /// Nothing fails any more. A process that dies and starts again finds what it had written.
    func clearFaults() {
        state.withLock { state in
            state.callsLeft = nil
            state.faults = []
        }
    }

    /// The machine loses power.
    func losePower(_ random: inout some RandomNumberGenerator) {
        state.withLock { state in
            state.callsLeft = nil
            state.faults = []
            let names = Set(state.names.keys).union(state.durableNames.keys).sorted()
            for name in names where state.names[name] != state.durableNames[name] {
                if Bool.random(using: &random) { state.names[name] = state.durableNames[name] }
            }
            state.durableNames = state.names
            for id in state.files.keys.sorted() {
                guard var file = state.files[id] else { continue }
                // The size belongs to what may or may not have reached the disk.
                if file.current.count != file.durable.count, Bool.random(using: &random) {
                    file.current = Array(file.current.prefix(file.durable.count))
                        + Array(repeating: 0, count: max(0, file.durable.count - file.current.count))
                }
                for block in file.dirtyBlocks.sorted() where Bool.random(using: &random) {
                    let start = block * Self.blockBytes
                    for index in start..<max(start, min(start + Self.blockBytes, file.current.count)) {
                        file.current[index] = index < file.durable.count ? file.durable[index] : 0
                    }
                }
                file.durable = file.current
                file.dirtyBlocks = []
                state.files[id] = file
            }
        }
    }

    /// The next call on a file whose name contains the text fails.
    func failNext(_ substring: String, _ code: StorageError.Code) {
        state.withLock { $0.faults.append((substring, code)) }
    }

    /// After this many more calls every call fails, as for a process that dies in the middle of its work.
    func dieAfter(calls: Int) { state.withLock { $0.callsLeft = calls } }

    var isDead: Bool { state.withLock { $0.callsLeft == 0 } }
    var calls: Int { state.withLock { $0.calls } }

    /// Changes bytes behind the broker's back.
    func corrupt(_ name: String, _ change: (inout [UInt8]) -> Void) {
        state.withLock { state in
            guard let id = state.names[name], var file = state.files[id] else { return }
            change(&file.current)
            file.durable = file.current
            file.dirtyBlocks = []
            state.files[id] = file
        }
    }

    var fileNames: [String] { state.withLock { $0.names.keys.sorted() } }
    func contents(_ name: String) -> [UInt8]? {
        state.withLock { state in state.names[name].flatMap { state.files[$0]?.current } }
    }

    /// A copy of everything, as if both had the same past.
    func copy() -> SimulatedFiles {
        let other = SimulatedFiles()
        let snapshot = state.withLock { $0 }
        other.state.withLock { $0 = snapshot }
        return other
    }

    // MARK: StorageFiles

    private func access<Result>(
        _ name: String, _ body: (inout State) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let result: Swift.Result<Result, StorageError> = state.withLock { state in
            do throws(StorageError) {
                state.calls += 1
                if let left = state.callsLeft {
                    guard left > 0 else { throw StorageError(code: .inputOutput, file: name, detail: "the process is dead") }
                    state.callsLeft = left - 1
                }
                if let index = state.faults.firstIndex(where: { name.contains($0.substring) }) {
                    let fault = state.faults.remove(at: index)
                    throw StorageError(code: fault.code, file: name, detail: "injected")
                }
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func missing(_ name: String) -> StorageError {
        StorageError(code: .notFound, file: name, detail: "no such file")
    }

    func list(_ directory: String) throws(StorageError) -> [String] {
        try access(directory) { state in
            let prefix = directory.isEmpty ? "" : directory + "/"
            let names = state.names.keys.filter { $0.hasPrefix(prefix) }.compactMap {
                $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
            }
            return Set(names).sorted()
        }
    }

    func size(_ file: String) throws(StorageError) -> Int? {
        try access(file) { state in state.names[file].flatMap { state.files[$0]?.current.count } }
    }

    func read(_ file: String, at offset: Int, count: Int) throws(StorageError) -> ByteBuffer {
        try access(file) { (state) throws(StorageError) in
            guard let id = state.names[file], let found = state.files[id] else { throw Self.missing(file) }
            let end = min(offset + count, found.current.count)
            return offset < end ? ByteBuffer(bytes: found.current[offset..<end]) : ByteBuffer()
        }
    }

    func write(_ file: String, at offset: Int, _ chunks: [ByteBuffer]) throws(StorageError) {
        try access(file) { state in
            Self.change(file, &state) { found in
                var position = offset
                for chunk in chunks {
                    let end = position + chunk.readableBytes
                    if found.current.count < end { Self.resize(&found, to: end) }
                    found.current.replaceSubrange(position..<end, with: chunk.readableBytesView)
                    found.dirtyBlocks.formUnion(position / Self.blockBytes...max(position, end - 1) / Self.blockBytes)
                    position = end
                }
            }
        }
    }

    private static func change(_ file: String, _ state: inout State, _ body: (inout File) -> Void) {
        let id: Int
        if let known = state.names[file] {
            id = known
        } else {
            id = state.nextFile
            state.nextFile += 1
            state.names[file] = id
        }
        body(&state.files[id, default: File()])
    }

    private static func resize(_ file: inout File, to size: Int) {
        let old = file.current.count
        if size < old {
            file.current.removeLast(old - size)
        } else {
            file.current.append(contentsOf: repeatElement(0, count: size - old))
        }
        guard min(old, size) < max(old, size) else { return }
        file.dirtyBlocks.formUnion(min(old, size) / blockBytes...(max(old, size) - 1) / blockBytes)
    }

    func truncate(_ file: String, to size: Int) throws(StorageError) {
        try access(file) { state in Self.change(file, &state) { Self.resize(&$0, to: size) } }
    }

    func preallocate(_ file: String, size: Int) throws(StorageError) {
        try access(file) { state in
            Self.change(file, &state) { if $0.current.count < size { Self.resize(&$0, to: size) } }
        }
    }

    func synchronize(_ file: String) throws(StorageError) {
        try access(file) { (state) throws(StorageError) in
            guard let id = state.names[file] else { throw Self.missing(file) }
            var found = state.files[id, default: File()]
            state.files[id] = nil
            let size = found.current.count
            if found.durable.count > size { found.durable.removeLast(found.durable.count - size) }
            if found.durable.count < size {
                found.durable.append(contentsOf: repeatElement(0, count: size - found.durable.count))
            }
            for block in found.dirtyBlocks where block * Self.blockBytes < size {
                let range = block * Self.blockBytes..<min((block + 1) * Self.blockBytes, size)
                found.durable.replaceSubrange(range, with: found.current[range])
            }
            found.dirtyBlocks = []
            state.files[id] = found
        }
    }

    func synchronizeDirectory(_ directory: String) throws(StorageError) {
        try access(directory) { state in
            let names = Set(state.names.keys).union(state.durableNames.keys)
            for name in names where Self.parent(name) == directory { state.durableNames[name] = state.names[name] }
        }
    }

    private static func parent(_ name: String) -> String {
        name.split(separator: "/").dropLast().joined(separator: "/")
    }

    func rename(_ source: String, to target: String) throws(StorageError) {
        try access(source) { (state) throws(StorageError) in
            guard let id = state.names.removeValue(forKey: source) else { throw Self.missing(source) }
            state.names[target] = id
        }
    }

    func delete(_ file: String) throws(StorageError) {
        try access(file) { state in state.names[file] = nil }
    }

    func deleteDirectory(_ directory: String) throws(StorageError) {
        try access(directory) { state in
            for name in state.names.keys where name.hasPrefix(directory + "/") { state.names[name] = nil }
        }
    }
}
