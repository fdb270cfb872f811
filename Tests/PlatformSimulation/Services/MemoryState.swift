import CRocksDB
import Foundation
import TestSupport

@testable import BrokerSimulation
@testable import StreamProcessing

/// What a service's directory holds: survives its process, and loses the newest writes when that dies.
final class StateDirectory {
    /// What RocksDB has flushed.
    fileprivate(set) var flushed: [[UInt8]: [UInt8]] = [:]
    /// What it has beside that in memory, oldest first.
    fileprivate(set) var unflushed: [[StateChange]] = []
    /// Damaged: whoever opens it is notified so.
    var isDamaged = false

    /// The process ends as it should: closing flushes.
    func flush() { keep(unflushed.count) }

    /// The process is dead: what was flushed by then stays.
    ///
    /// - Returns: how many writes were lost.
    func crash(_ random: inout SeededGenerator) -> Int {
        let kept = random.flip() ? 0 : random.below(unflushed.count + 1)
        let lost = unflushed.count - kept
        keep(kept)
        return lost
    }

    func erase() {
        flushed.removeAll()
        unflushed.removeAll()
        isDamaged = false
    }

    /// A copy of it as somebody may make one.
    func copy() -> StateDirectory {
        let copy = StateDirectory()
        (copy.flushed, copy.unflushed) = (flushed, unflushed)
        copy.flush()
        return copy
    }

    private func keep(_ count: Int) {
        for changes in unflushed.prefix(count) { for change in changes { change.apply(to: &flushed) } }
        unflushed.removeAll()
    }
}

/// Keyed state in memory over a directory that outlives it, from the very batches that RocksDB would get.
final class MemoryState: StateStore {
    private let directory: StateDirectory
    private let isAlive: () -> Bool
    private var entries: [[UInt8]: [UInt8]]

    init(_ directory: StateDirectory, isAlive: @escaping () -> Bool) throws {
        if directory.isDamaged { throw StateError(.corrupted, path: "simulated", detail: "Corruption: planned") }
        self.directory = directory
        self.isAlive = isAlive
        directory.flush()
        entries = directory.flushed
    }

    private static func key(_ partition: Int32, _ key: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        StateDatabase.appendPrefix(partition, to: &bytes)
        return bytes + key
    }

    func withValue<R>(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) throws -> R {
        guard let value = entries[MemoryState.key(partition, key)] else { return try body(nil) }
        return try value.withUnsafeBytes { try body($0) }
    }

    func each(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var prefix: [UInt8] = []
        StateDatabase.appendPrefix(partition, to: &prefix)
        let found = entries.filter { $0.key.starts(with: prefix) }
        for (key, value) in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try key.dropFirst(prefix.count).withUnsafeBytes { key in try value.withUnsafeBytes { try body(key, $0) } }
        }
    }

    func number(_ key: [UInt8]) throws -> Int64? {
        guard let value = entries[key], value.count == 8 else { return nil }
        return value.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }

    func write(_ batch: StateBatch) throws {
        // A process that is dead writes nothing.
        guard isAlive() else { throw StateError(.database, path: "simulated", detail: "the process is dead") }
        let changes = StateChange.all(in: batch)
        for change in changes { change.apply(to: &entries) }
        directory.unflushed.append(changes)
    }

    var size: UInt64 { UInt64(entries.count) }
}

/// A change as a write batch of RocksDB holds it.
enum StateChange {
    case put([UInt8], [UInt8])
    case delete([UInt8])
    case deleteRange(from: [UInt8], to: [UInt8])

    func apply(to entries: inout [[UInt8]: [UInt8]]) {
        switch self {
        case .put(let key, let value): entries[key] = value
        case .delete(let key): entries[key] = nil
        case .deleteRange(let start, let end):
            entries = entries.filter {
                $0.key.lexicographicallyPrecedes(start) || !$0.key.lexicographicallyPrecedes(end)
            }
        }
    }

    /// Reads a batch as RocksDB writes it down: twelve bytes of header, then a tag and one or two byte strings each.
    static func all(in batch: StateBatch) -> [StateChange] {
        var length = 0
        guard let start = rocksdb_writebatch_data(batch.handle, &length) else { return [] }
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        var changes: [StateChange] = []
        var position = 12
        func string() -> [UInt8] {
            var (count, shift) = (0, 0)
            while true {
                let byte = bytes[position]
                position += 1
                count |= Int(byte & 0x7F) << shift
                if byte < 0x80 { break }
                shift += 7
            }
            defer { position += count }
            return Array(bytes[position..<position + count])
        }
        while position < length {
            let tag = bytes[position]
            position += 1
            switch tag {
            case 0x0: changes.append(.delete(string()))
            case 0x1: changes.append(.put(string(), string()))
            case 0xF: changes.append(.deleteRange(from: string(), to: string()))
            default: preconditionFailure("a write batch has the tag \(tag)")
            }
        }
        return changes
    }
}
