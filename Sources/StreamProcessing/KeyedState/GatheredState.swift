/// The keyed state of a task: the database, and the changes that are gathered in front of it.
///
/// Committed changes go to the database once they are many or old, in one write with the offsets that they reach. So
/// the database is behind the log, and never ahead of it; what is gathered is read like what is there. A crash takes
/// what is gathered, as it takes what the database has in memory, and the changelog brings both back.
///
/// Not Sendable: it belongs to the thread of its task.
final class GatheredState {
    /// When what is gathered goes to the database.
    struct Limits: Sendable {
        /// Not more bytes than this, and those of one batch.
        var bytes = 8 << 20
        /// Not for longer than this.
        var age: Duration = .seconds(5)
    }

    /// What is restored is written into it directly: nothing is gathered then.
    let database: any StateStore
    private var changes = StateChanges()
    private let limits: Limits
    /// When the oldest gathered change was committed.
    private var began: ContinuousClock.Instant?

    init(_ database: any StateStore, limits: Limits = Limits()) {
        self.database = database
        self.limits = limits
    }

    /// Bytes of the database, and of what is gathered.
    var size: UInt64 { database.size + UInt64(changes.committedBytes) }

    // MARK: the running batch

    /// Changes a key within the running batch.
    func set(partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        changes.set(partition: partition, key: key, value: value)
    }

    /// The running batch is committed.
    ///
    /// - Parameters:
    ///   - changelog: the changelog offsets after the batch's own records, by partition.
    ///   - inputs: the input offsets that are committed; none where nothing of the input is kept.
    func commit(changelog: [Int32: Int64] = [:], inputs: [Int32: Int64] = [:], now: ContinuousClock.Instant) throws {
        changes.commit(changelog: changelog, inputs: inputs)
        if began == nil, changes.keyCount > 0 { began = now }
        try flushIfDue(now: now)
    }

    /// The running batch never happened.
    func rollBack() { changes.rollBack() }

    // MARK: reading, as of the last commit

    /// Calls `body` with the value under `key`, or nil where there is none. The bytes are valid only inside `body`.
    func withValue<R>(
        partition: Int32, key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) throws -> R
    ) throws -> R {
        try changes.find(partition: partition, key: key) { found in
            switch found {
            case .changed(let value): try body(value)
            case .unchanged: try database.withValue(partition: partition, key: key, body)
            }
        }
    }

    /// Goes through all entries of a partition, in the order of their keys. The bytes are valid only inside `body`.
    func each(
        partition: Int32, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try flush()
        try database.each(partition: partition, body)
    }

    // MARK: the database

    /// Lets the database have what is gathered, if it is much or old.
    func flushIfDue(now: ContinuousClock.Instant) throws {
        if changes.committedBytes >= limits.bytes || began.map({ now - $0 >= limits.age }) ?? false { try flush() }
    }

    /// How long what is gathered may still wait; nil: nothing is.
    func timeToFlush(now: ContinuousClock.Instant) -> Duration? { began.map { limits.age - (now - $0) } }

    /// Lets the database have what is gathered, in one write with the offsets that it reaches. What the running batch
    /// has changed stays.
    func flush() throws {
        if changes.isCommittedEmpty { return }
        // Made each time: a write batch keeps its memory.
        let batch = StateBatch()
        changes.eachCommitted { batch.set(partition: $0, key: $1, value: $2) }
        for (partition, offset) in changes.changelogOffsets { batch.setChangelogOffset(offset, partition: partition) }
        for (partition, offset) in changes.inputOffsets { batch.setInputOffset(offset, partition: partition) }
        try database.write(batch)
        changes.removeCommitted()
        began = nil
    }
}
