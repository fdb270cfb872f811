import NIOCore

@testable import BrokerCore
@testable import BrokerStorage

/// Whatever is in the journal, recovery ends in a state or in a clear error; and recovering once more changes nothing.
enum JournalProperties {
    static let settings: BrokerSettings = {
        var settings = BrokerSettings()
        settings.journalFileBytes = 4 << 10
        settings.log.segmentBytes = 4 << 10
        settings.internalSegmentBytes = 4 << 10
        return settings
    }()
    static let now = BrokerTime(wall: 1_700_000_000_000, monotonic: 1_000)

    static func check(_ input: UnsafeRawBufferPointer) throws {
        // More would say nothing new.
        guard input.count <= 64 << 10 else { return }
        var bytes = Array(input)
        try recover(bytes)
        JournalMending.mend(&bytes)
        try recover(bytes)
    }

    private static func recover(_ journal: [UInt8]) throws {
        let files = try newDirectory()
        files.all[JournalFiles.name(0)] = journal
        let first: RecoveredState
        do { first = try run(files) } catch {
            return try require(!error.detail.isEmpty, "an error without a reason")
        }
        let second: RecoveredState
        do { second = try run(files) } catch { throw PropertyFailure("a second recovery fails: \(error)") }
        try require(first.metadata == second.metadata, "a second recovery finds other topics")
        try require(ends(first) == ends(second), "a second recovery finds other logs: \(ends(first)), \(ends(second))")
        try require(
            first.transactions.transactions.keys.sorted() == second.transactions.transactions.keys.sorted(),
            "a second recovery finds other transactions")
    }

    private static let newFiles: Result<[String: [UInt8]], any Error> = Result {
        let files = MemoryFiles()
        _ = try run(files)
        return files.all
    }

    /// A data directory that was just set up.
    static func newDirectory() throws -> MemoryFiles {
        let files = MemoryFiles()
        files.all = try newFiles.get()
        return files
    }

    static func run(_ files: MemoryFiles) throws(StorageError) -> RecoveredState {
        try Recovery(files: files, settings: settings, now: now, seed: 1).run()
    }

    /// Each log's start, end and last stable offset.
    static func ends(_ state: RecoveredState) -> [LogID: [Int64]] {
        state.logs.mapValues { [$0.startOffset, $0.nextOffset, $0.lastStableOffset] }
    }
}
