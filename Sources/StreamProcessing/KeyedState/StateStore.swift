/// What the loop needs of a service's keyed state, and all that it needs.
///
/// ``StateDatabase`` is the real one. Another one has to keep these promises: a batch is applied as a whole or not at
/// all, and what a crash takes away are the newest batches, with the offsets that they carry.
///
/// Belongs to its task's thread.
package protocol StateStore: AnyObject {
    /// Calls `body` with the value under `key`, or nil where there is none. The bytes are valid only inside `body`.
    func withValue<R>(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) throws -> R
    /// Goes through all entries of a partition, in the order of their keys. The bytes are valid only inside `body`.
    func each(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws
    /// The number that stands under a key as it is stored, if any: eight bytes, little-endian.
    func number(_ key: [UInt8]) throws -> Int64?
    /// Applies a batch atomically.
    func write(_ batch: StateBatch) throws
    /// Bytes that it takes.
    var size: UInt64 { get }
}

extension StateStore {
    /// The next changelog offset that this partition's state has not seen, or nil if it was never restored.
    package func changelogOffset(partition: Int32) throws -> Int64? {
        try number(StateDatabase.offsetKey(partition))
    }

    /// The next offset of the input that this partition's state has not seen, or nil if it keeps nothing of the input.
    package func inputOffset(partition: Int32) throws -> Int64? {
        try number(StateDatabase.inputOffsetKey(partition))
    }

    /// Forgets everything of a partition, its reached offset too, so that the next restore starts from the changelog's
    /// beginning.
    package func removePartition(_ partition: Int32) throws {
        let batch = StateBatch()
        batch.removePartition(partition)
        try write(batch)
    }

    /// Makes the state one of this generation. What it holds of another one, where other partitions were home, is
    /// forgotten.
    ///
    /// - Returns: whether it was of another one. A database that never heard of generations is of the first, 0.
    package func adopt(generation: Int) throws -> Bool {
        let known = try number(StateDatabase.generationKey) ?? 0
        if known == Int64(generation) { return false }
        let batch = StateBatch()
        batch.removeAll(settingGeneration: Int64(generation))
        try write(batch)
        return true
    }
}
