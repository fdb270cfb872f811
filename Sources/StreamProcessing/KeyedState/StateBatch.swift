import CRocksDB
import OrderEvents

/// Changes to a `StateDatabase` that become visible together. Reused between transactions.
public final class StateBatch {
    let handle: OpaquePointer
    /// What it sets of each partition's offsets and ids. The one that was changed last is the last.
    private(set) var marks: [(partition: Int32, mark: PartitionMark)] = []

    /// The partitions of which it forgets everything, before what it sets.
    private var forgotten: Set<Int32> = []
    private var forgetsAll = false

    public init() { handle = rocksdb_writebatch_create() }

    deinit { rocksdb_writebatch_destroy(handle) }

    /// The number of changes in it.
    public var count: Int { Int(rocksdb_writebatch_count(handle)) }

    public func removeAll() {
        rocksdb_writebatch_clear(handle)
        marks.removeAll(keepingCapacity: true)
        forgotten.removeAll()
        forgetsAll = false
    }

    func forgets(_ partition: Int32) -> Bool { forgetsAll || forgotten.contains(partition) }

    /// Sets a key; an absent value (a changelog tombstone) removes it.
    public func set(partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        if value != nil, let id = OrderID(key: key) { note(partition) { $0.ids.insert(id) } }
        let prefix = UInt16(truncatingIfNeeded: partition &+ 1).bigEndian
        withUnsafeBytes(of: prefix) { prefix in
            var parts: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (
                prefix.baseAddress?.assumingMemoryBound(to: CChar.self),
                key.baseAddress?.assumingMemoryBound(to: CChar.self)
            )
            var sizes = (prefix.count, key.count)
            withUnsafeMutablePointer(to: &parts) { parts in
                withUnsafeMutablePointer(to: &sizes) { sizes in
                    parts.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 2) { parts in
                        sizes.withMemoryRebound(to: Int.self, capacity: 2) { sizes in
                            guard let value else {
                                rocksdb_writebatch_deletev(handle, 2, parts, sizes)
                                return
                            }
                            var bytes = value.baseAddress?.assumingMemoryBound(to: CChar.self)
                            var length = value.count
                            rocksdb_writebatch_putv(handle, 2, parts, sizes, 1, &bytes, &length)
                        }
                    }
                }
            }
        }
    }

    private func note(_ partition: Int32, _ body: (inout PartitionMark) -> Void) {
        // Keys come in runs of a partition.
        if marks.last?.partition != partition {
            let index = marks.firstIndex { $0.partition == partition }
            marks.append(index.map { marks.remove(at: $0) } ?? (partition, PartitionMark()))
        }
        body(&marks[marks.count - 1].mark)
    }

    func setMark(_ mark: PartitionMark, partition: Int32) {
        mark.bytes.withUnsafeBytes { value in
            withChars(StateDatabase.markKey(partition)) {
                rocksdb_writebatch_put(
                    handle, $0.baseAddress, $0.count, value.baseAddress?.assumingMemoryBound(to: CChar.self),
                    value.count)
            }
        }
    }

    /// Records that the partition's state has seen every changelog record below `offset`.
    public func setChangelogOffset(_ offset: Int64, partition: Int32) {
        note(partition) { $0.changelogOffset = offset }
        set(StateDatabase.offsetKey(partition), offset)
    }

    /// Records that the partition's state has seen every record of the input below `offset`.
    public func setInputOffset(_ offset: Int64, partition: Int32) {
        note(partition) { $0.inputOffset = offset }
        set(StateDatabase.inputOffsetKey(partition), offset)
    }

    /// Forgets everything, whatever its partition, and begins a generation.
    func removeAll(settingGeneration generation: Int64) {
        let end = [UInt8](repeating: 0xFF, count: 8)
        withChars([0, 0]) { start in
            withChars(end) { end in
                rocksdb_writebatch_delete_range(handle, start.baseAddress, start.count, end.baseAddress, end.count)
            }
        }
        set(StateDatabase.generationKey, generation)
        forgetsAll = true
    }

    private func set(_ key: [UInt8], _ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { value in
            key.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { key in
                    rocksdb_writebatch_put(
                        handle, key.baseAddress, key.count, value.baseAddress?.assumingMemoryBound(to: CChar.self),
                        value.count)
                }
            }
        }
    }

    func removePartition(_ partition: Int32) {
        forgotten.insert(partition)
        var start: [UInt8] = []
        StateDatabase.appendPrefix(partition, to: &start)
        var end: [UInt8] = []
        StateDatabase.appendPrefix(partition + 1, to: &end)
        withChars(start) { start in
            withChars(end) { end in
                rocksdb_writebatch_delete_range(handle, start.baseAddress, start.count, end.baseAddress, end.count)
            }
        }
        let keys = [
            StateDatabase.offsetKey(partition), StateDatabase.inputOffsetKey(partition),
            StateDatabase.markKey(partition),
        ]
        for key in keys {
            withChars(key) { rocksdb_writebatch_delete(handle, $0.baseAddress, $0.count) }
        }
    }

    private func withChars(_ bytes: [UInt8], _ body: (UnsafeBufferPointer<CChar>) -> Void) {
        bytes.withUnsafeBufferPointer { $0.withMemoryRebound(to: CChar.self, body) }
    }
}
