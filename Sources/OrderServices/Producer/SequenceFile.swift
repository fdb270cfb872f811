import Foundation

/// How far a generator has come, on disk before it goes there: after a crash it never makes an event again.
///
/// The file holds the first number that was not reserved. Numbers are reserved in blocks; after a crash the rest
/// of a block is skipped.
struct SequenceFile {
    private let file: URL
    /// Where to start: everything below was, or may have been, used.
    let start: Int64
    private var reserved: Int64
    private var block: Int64 = 1_000

    init(directory: String) throws {
        file = URL(fileURLWithPath: "\(directory)/next-event")
        guard FileManager.default.fileExists(atPath: file.path) else {
            (start, reserved) = (0, 0)
            return
        }
        let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let stored = Int64(text), stored >= 0 else {
            throw SequenceFileError(
                description:
                    "\(file.path) does not hold a number but \"\(text.prefix(40))\". Put a number there that is higher than any used before."
            )
        }
        (start, reserved) = (stored, stored)
    }

    /// Makes sure that every number below `end` is reserved.
    mutating func reserve(upTo end: Int64) throws {
        if end <= reserved { return }
        // Blocks grow with the rate, so that the file is seldom written.
        block = min(block * 2, 1_000_000)
        try store(end + block)
    }

    /// Gives back what was reserved and not used, from `next` on.
    mutating func close(next: Int64) throws { try store(next) }

    private mutating func store(_ value: Int64) throws {
        let temporary = file.appendingPathExtension("new")
        do {
            try Data("\(value)\n".utf8).write(to: temporary)
            let handle = try FileHandle(forWritingTo: temporary)
            try handle.synchronize()
            try handle.close()
        } catch {
            throw SequenceFileError(description: "\(temporary.path) cannot be written: \(error.localizedDescription)")
        }
        guard rename(temporary.path, file.path) == 0 else {
            throw SequenceFileError(description: "\(file.path) cannot be written: \(String(cString: strerror(errno)))")
        }
        try synchronizeDirectory()
        reserved = value
    }
}

extension OrderProducer {
    /// Has a producer whose instance directory this is begin with another event than the first, as if all before were
    /// made.
    public static func begin(at sequence: Int64, directory: String) throws {
        var file = try SequenceFile(directory: directory)
        try file.close(next: sequence)
    }
}

extension SequenceFile {
    /// So that the new name survives a power loss: an older place would make events again, with another time.
    private func synchronizeDirectory() throws {
        let path = file.deletingLastPathComponent().path
        do {
            guard let directory = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
            try directory.synchronize()
            try directory.close()
        } catch {
            throw SequenceFileError(description: "\(path) cannot be made safe: \(error.localizedDescription)")
        }
    }
}

struct SequenceFileError: Error, CustomStringConvertible {
    let description: String
}
