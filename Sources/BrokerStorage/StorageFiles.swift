import NIOCore

/// The files beneath one data directory: the only way in which the broker touches a disk.
///
/// Every call blocks, so the broker makes it on an I/O thread (``StorageOperation``) or before it serves anyone
/// (recovery). Paths are relative to the data directory, with `/` between their parts.
///
/// The contract, which the recovery relies on and the simulator's implementation takes literally:
/// - What was written survives the process at once.
/// - It survives a power loss only after ``synchronize(_:)`` of the file has returned. For a new, renamed or deleted
///   name that is ``synchronizeDirectory(_:)``.
/// - An unsynchronized write may survive whole, in part or not at all.
package protocol StorageFiles: AnyObject, Sendable {
    /// The names in a directory, sorted; empty if the directory does not exist.
    func list(_ directory: String) throws(StorageError) -> [String]
    /// The size in bytes, nil if there is no such file.
    func size(_ file: String) throws(StorageError) -> Int?
    /// Up to `count` bytes from `offset`; fewer only where the file ends.
    func read(_ file: String, at offset: Int, count: Int) throws(StorageError) -> ByteBuffer
    /// Writes all chunks one after the other from `offset`, creating the file and its directories if need be.
    func write(_ file: String, at offset: Int, _ chunks: [ByteBuffer]) throws(StorageError)
    /// Sets the size; a longer file is padded with zeros. Creates the file.
    func truncate(_ file: String, to size: Int) throws(StorageError)
    /// Makes sure that later writes within `size` bytes need no more space.
    func preallocate(_ file: String, size: Int) throws(StorageError)
    /// Returns when the file's data has reached the device.
    func synchronize(_ file: String) throws(StorageError)
    /// Returns when the names in the directory have reached the device.
    func synchronizeDirectory(_ directory: String) throws(StorageError)
    /// Replaces `target` atomically.
    func rename(_ source: String, to target: String) throws(StorageError)
    /// Deletes a file; one that does not exist is no error.
    func delete(_ file: String) throws(StorageError)
    /// Deletes a directory and all within; one that does not exist is no error.
    func deleteDirectory(_ directory: String) throws(StorageError)
    /// How much room the volume of the data directory has.
    func space() throws(StorageError) -> StorageSpace
}

/// The room on a volume, in bytes.
package struct StorageSpace: Hashable, Sendable {
    package var total: Int64
    /// What this process may still take.
    package var usable: Int64

    package init(total: Int64, usable: Int64) {
        self.total = total
        self.usable = usable
    }
}
