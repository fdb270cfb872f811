import CRocksDB
import Foundation
import OrderEvents

/// The keyed state of one service instance: every assigned partition's keys in one RocksDB, each
/// behind its prefix, with the changelog offset that each partition's state has reached.
///
/// Layout of a key: partition + 1 as two bytes, big-endian, then the changelog record's key. Values are what the
/// service makes of the changelog record's (`StateOfRecord`). Under the prefix 0 stand the reached changelog offsets
/// (next offset to read, Int64, little-endian), and under the same with one more byte those of the input, and what
/// tells new order ids apart (`KnownIDs`).
///
/// RocksDB's own write-ahead log is off: entries and the offset that they reach are flushed together. So after a crash
/// the state is that of the last flush, behind and never ahead. The rest is read from the changelog again.
///
/// Not Sendable: it belongs to the thread of its task. Reads may block for a disk access.
public final class StateDatabase: StateStore {
    /// Memory that the database may hold: the cache and two write buffers.
    public struct Limits: Sendable {
        public var blockCacheBytes = 32 << 20
        public var writeBufferBytes = 16 << 20
        public init() {}
    }

    public let path: String
    private let database: OpaquePointer
    private let readOptions: OpaquePointer
    private let writeOptions: OpaquePointer
    private var keyBuffer: [UInt8] = []
    /// How far each partition has come, and which ids it may have; read when it is first needed.
    private var marks: [Int32: PartitionMark] = [:]

    /// Opens or creates the database.
    ///
    /// - Parameter horizonSeconds: entries older than this may be dropped (at compaction), counted from when they
    ///   were last written here. A restore counts again, so state is kept for at least the horizon.
    public init(path: String, horizonSeconds: Int32, limits: Limits = Limits()) throws {
        self.path = path
        let options = rocksdb_options_create()!
        defer { rocksdb_options_destroy(options) }
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_write_buffer_size(options, limits.writeBufferBytes)
        rocksdb_options_set_max_write_buffer_number(options, 2)
        rocksdb_options_set_compaction_style(options, Int32(rocksdb_universal_compaction))
        // New orders are looked up and not found: filters answer that, over the memtable as well as the files.
        rocksdb_options_set_memtable_whole_key_filtering(options, 1)
        rocksdb_options_set_memtable_prefix_bloom_size_ratio(options, 0.1)
        rocksdb_options_set_compression(options, Int32(rocksdb_no_compression))
        rocksdb_options_set_keep_log_file_num(options, 2)
        // Nothing but what ends the process (FATAL_LEVEL): a call's own status says what failed, and RocksDB before 8.2
        // asserts when its log is written to again after the disk was full (facebook/rocksdb#11314).
        rocksdb_options_set_info_log_level(options, 4)
        rocksdb_options_set_max_open_files(options, 256)
        let table = rocksdb_block_based_options_create()!
        rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        let cache = rocksdb_cache_create_lru(limits.blockCacheBytes)!
        defer { rocksdb_cache_destroy(cache) }
        rocksdb_block_based_options_set_block_cache(table, cache)
        // Filters and indexes in small parts, which the cache holds and drops like blocks: memory stays the same
        // however many keys there are. Whole, they would need 1.5 bytes a key, or be read again for each look-up where
        // they outgrow the cache's shards.
        rocksdb_block_based_options_set_index_type(
            table, Int32(rocksdb_block_based_table_index_type_two_level_index_search))
        rocksdb_block_based_options_set_partition_filters(table, 1)
        rocksdb_block_based_options_set_metadata_block_size(table, 4096)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(table, 1)
        rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1)
        rocksdb_block_based_options_set_data_block_index_type(
            table, Int32(rocksdb_block_based_table_data_block_index_type_binary_search_and_hash))
        rocksdb_options_set_block_based_table_factory(options, table)
        defer { rocksdb_block_based_options_destroy(table) }

        var message: UnsafeMutablePointer<CChar>?
        guard let opened = rocksdb_open_with_ttl(options, path, horizonSeconds, &message) else {
            throw StateDatabase.failure(message, path: path)
        }
        database = opened
        readOptions = rocksdb_readoptions_create()!
        writeOptions = rocksdb_writeoptions_create()!
        // What a crash takes from the memtable is behind the offset of what was flushed, so the changelog brings it
        // back. Closing flushes.
        rocksdb_writeoptions_disable_WAL(writeOptions, 1)
    }

    deinit {
        rocksdb_readoptions_destroy(readOptions)
        rocksdb_writeoptions_destroy(writeOptions)
        rocksdb_close(database)
    }

    /// Calls `body` with the value under `key`, or nil where there is none. The bytes are valid only inside `body`.
    public func withValue<R>(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) throws -> R {
        if let id = OrderID(key: key), try !mark(of: partition).ids.mayHave(id) { return try body(nil) }
        keyBuffer.removeAll(keepingCapacity: true)
        StateDatabase.appendPrefix(partition, to: &keyBuffer)
        keyBuffer.append(contentsOf: key)
        var message: UnsafeMutablePointer<CChar>?
        let slice = keyBuffer.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                rocksdb_get_pinned(database, readOptions, $0.baseAddress, $0.count, &message)
            }
        }
        if message != nil { throw StateDatabase.failure(message, path: path) }
        guard let slice else { return try body(nil) }
        defer { rocksdb_pinnableslice_destroy(slice) }
        var length = 0
        guard let value = rocksdb_pinnableslice_value(slice, &length) else { return try body(nil) }
        return try body(UnsafeRawBufferPointer(start: value, count: length))
    }

    /// Goes through all entries of a partition, in the order of their keys. The bytes are valid only inside `body`.
    public func each(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var prefix: [UInt8] = []
        StateDatabase.appendPrefix(partition, to: &prefix)
        let iterator = rocksdb_create_iterator(database, readOptions)!
        defer { rocksdb_iter_destroy(iterator) }
        prefix.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { rocksdb_iter_seek(iterator, $0.baseAddress, $0.count) }
        }
        while rocksdb_iter_valid(iterator) != 0 {
            var (keyLength, valueLength) = (0, 0)
            let key = UnsafeRawBufferPointer(start: rocksdb_iter_key(iterator, &keyLength), count: keyLength)
            guard key.starts(with: prefix) else { break }
            let value = UnsafeRawBufferPointer(start: rocksdb_iter_value(iterator, &valueLength), count: valueLength)
            try body(UnsafeRawBufferPointer(rebasing: key.dropFirst(prefix.count)), value)
            rocksdb_iter_next(iterator)
        }
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &message)
        if message != nil { throw StateDatabase.failure(message, path: path) }
    }

    /// The number that stands under a key as it is stored, if any.
    package func number(_ key: [UInt8]) throws -> Int64? {
        guard let bytes = try bytes(key), bytes.count == 8 else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self).littleEndian }
    }

    private func bytes(_ key: [UInt8]) throws -> [UInt8]? {
        var message: UnsafeMutablePointer<CChar>?
        var length = 0
        let value = key.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                rocksdb_get(database, readOptions, $0.baseAddress, $0.count, &length, &message)
            }
        }
        if message != nil { throw StateDatabase.failure(message, path: path) }
        guard let value else { return nil }
        defer { rocksdb_free(value) }
        return Array(UnsafeRawBufferPointer(start: value, count: length))
    }

    /// Bytes of its files and of what is still in memory.
    public var size: UInt64 {
        ["rocksdb.total-sst-files-size", "rocksdb.cur-size-all-mem-tables"].reduce(0) { sum, name in
            var bytes: UInt64 = 0
            return rocksdb_property_int(database, name, &bytes) == 0 ? sum + bytes : sum
        }
    }

    /// Applies a batch atomically.
    public func write(_ batch: StateBatch) throws {
        var advanced: [(Int32, PartitionMark)] = []
        for (partition, change) in batch.marks {
            var mark = batch.forgets(partition) ? PartitionMark() : try mark(of: partition)
            mark.advance(by: change)
            batch.setMark(mark, partition: partition)
            advanced.append((partition, mark))
        }
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_write(database, writeOptions, batch.handle, &message)
        if message != nil { throw StateDatabase.failure(message, path: path) }
        marks = marks.filter { !batch.forgets($0.key) }
        for (partition, mark) in advanced { marks[partition] = mark }
    }

    /// Where an earlier version has written since, or before there were marks, the partition's ids are gone through
    /// once.
    private func mark(of partition: Int32) throws -> PartitionMark {
        if let mark = marks[partition] { return mark }
        var mark = PartitionMark()
        mark.changelogOffset = try changelogOffset(partition: partition) ?? -1
        mark.inputOffset = try inputOffset(partition: partition) ?? -1
        let noted = try bytes(StateDatabase.markKey(partition)).flatMap { PartitionMark(bytes: $0) }
        if let noted, noted.changelogOffset == mark.changelogOffset, noted.inputOffset == mark.inputOffset {
            mark.ids = noted.ids
        } else {
            try each(partition: partition) { key, _ in OrderID(key: key).map { mark.ids.insert($0) } }
        }
        marks[partition] = mark
        return mark
    }

    /// Beside the offsets, under a key that is none of theirs.
    static let generationKey: [UInt8] = [0, 0, UInt8(ascii: "g")]

    static func appendPrefix(_ partition: Int32, to buffer: inout [UInt8]) {
        let prefix = UInt16(truncatingIfNeeded: partition &+ 1)
        buffer.append(UInt8(truncatingIfNeeded: prefix >> 8))
        buffer.append(UInt8(truncatingIfNeeded: prefix))
    }

    static func offsetKey(_ partition: Int32) -> [UInt8] {
        var key: [UInt8] = [0, 0]
        appendPrefix(partition, to: &key)
        return key
    }

    static func inputOffsetKey(_ partition: Int32) -> [UInt8] { offsetKey(partition) + [UInt8(ascii: "i")] }

    static func markKey(_ partition: Int32) -> [UInt8] { offsetKey(partition) + [UInt8(ascii: "k")] }

    private static func failure(_ message: UnsafeMutablePointer<CChar>?, path: String) -> StateError {
        let detail = message.map { String(cString: $0) } ?? "unknown error"
        rocksdb_free(message)
        // The C interface gives a status as text only, its kind first. A missing file is one that the database's own
        // list names.
        let isDamage = detail.hasPrefix("Corruption") || detail.hasPrefix("IO error: No such file or directory")
        return StateError(isDamage ? .corrupted : .database, path: path, detail: detail)
    }

    /// Removes a database that is not open, damaged or not; the next one is empty and is restored from the changelog.
    public static func erase(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw StateError(.directoryUnusable, path: path, detail: error.localizedDescription)
        }
    }
}
