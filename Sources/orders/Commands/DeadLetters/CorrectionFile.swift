import OrderEvents
import Foundation
import DeadLetters
import Synchronization

/// The lines of a file of corrected dead letters, a chunk at a time: 5,000 lines or 16 MiB at most are held. Blocks.
final class CorrectionFile: Sendable {
    private struct State {
        var handle: FileHandle
        /// What was read; lines before `start` are taken.
        var buffer: [UInt8] = []
        var start = 0
        var line = 0
        var isAtEnd = false
    }

    private let path: String
    private let state: Mutex<State>

    private static let maximumLines = 5_000
    private static let maximumBytes = 16 << 20

    init(path: String) throws {
        self.path = path
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle else {
            throw PlatformError(
                "the file \(path) cannot be opened: \(String(cString: strerror(errno))). Name an existing one with --from."
            )
        }
        state = Mutex(State(handle: handle))
    }

    /// nil at the end. A line that cannot be read stops everything before anything of its chunk is done.
    func next() throws -> [(DeadLetterID, ReplacedValue)]? {
        try state.withLock { state in
            var chunk: [(DeadLetterID, ReplacedValue)] = []
            var bytes = 0
            while chunk.count < CorrectionFile.maximumLines, bytes < CorrectionFile.maximumBytes,
                let line = try nextLine(&state)
            {
                bytes += line.count
                do {
                    if let mend = try CorrectionLine.read(line) { chunk.append((mend.id, mend.value)) }
                } catch {
                    throw PlatformError("\(path):\(state.line): \(error)")
                }
            }
            return chunk.isEmpty && state.isAtEnd && state.start == state.buffer.count ? nil : chunk
        }
    }

    private func nextLine(_ state: inout State) throws -> [UInt8]? {
        var searched = state.start
        while true {
            if let end = state.buffer[searched...].firstIndex(of: 0x0A) {
                defer { state.start = end + 1 }
                state.line += 1
                return Array(state.buffer[state.start..<end])
            }
            if state.isAtEnd {
                if state.start == state.buffer.count { return nil }
                defer { state.start = state.buffer.count }
                state.line += 1
                return Array(state.buffer[state.start...])
            }
            state.buffer.removeFirst(state.start)
            state.start = 0
            guard state.buffer.count <= CorrectionLine.maximumBytes else {
                throw PlatformError(
                    "\(path):\(state.line + 1): the line has more than \(CorrectionLine.maximumBytes) bytes")
            }
            searched = state.buffer.count
            let data = try state.handle.read(upToCount: 65_536) ?? Data()
            if data.isEmpty { state.isAtEnd = true } else { state.buffer.append(contentsOf: data) }
        }
    }
}

/// Gives what it has, once.
final class Once<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) { self.value = Mutex(value) }

    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
