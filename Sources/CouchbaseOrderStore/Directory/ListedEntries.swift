import Synchronization

/// The entries of the directory that this process knows to be there.
final class ListedEntries: Sendable {
    private let known = Mutex<Set<DirectoryEntry>>([])
    /// Beyond it all are forgotten, and listed again when they come.
    private static let limit = 100_000

    func missing(_ wanted: Set<DirectoryEntry>) -> Set<DirectoryEntry> {
        known.withLock { wanted.subtracting($0) }
    }

    func add(_ entries: Set<DirectoryEntry>) {
        known.withLock { known in
            if known.count + entries.count > Self.limit { known = [] }
            known.formUnion(entries)
        }
    }
}
