/// What can go wrong with a service's local state. Local state is a cache of its changelog topic:
/// deleting the directory is always safe, it is restored from the changelog at the next start.
public struct StateError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The directory cannot be created or written.
        case directoryUnusable
        /// Every slot is held by another running process, or the lock could not be taken.
        case directoryInUse
        /// RocksDB refused an operation.
        case database
        /// RocksDB finds its files damaged: torn, cut short or missing. The state is to be made again from the
        /// changelog.
        case corrupted
    }

    public let code: Code
    public let path: String
    public let detail: String

    public init(_ code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    public var description: String {
        switch code {
        case .directoryUnusable:
            "the state directory \(path) cannot be used: \(detail). Choose another one with --data-dir, or fix its permissions."
        case .directoryInUse:
            "the state directory \(path) is in use by another process: \(detail)"
        case .database:
            "the state database \(path) failed: \(detail). It holds nothing that its changelog topic does not: stop the service, delete the directory and start again to rebuild it."
        case .corrupted:
            "the state database \(path) is damaged: \(detail). It holds nothing that its changelog topic does not."
        }
    }
}
