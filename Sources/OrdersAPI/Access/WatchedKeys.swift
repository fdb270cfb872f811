public import APIAccess
public import Logging
import NIOPosix
import Synchronization

/// The file of API keys, read again when it changes.
public final class WatchedKeys: Sendable {
    private struct State {
        var ring: KeyRing
        var status: FileStatus?
        var isBroken = false
    }

    private let file: KeyFile
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the file. Blocking; for the start.
    ///
    /// - Throws: `APIAccessError` if it cannot be read.
    public init(file: KeyFile, logger: Logger) throws(APIAccessError) {
        self.file = file
        self.logger = logger
        let status = FileStatus(path: file.path)
        state = Mutex(State(ring: KeyRing(try file.read()), status: status))
    }

    /// The keys as they stand.
    var ring: KeyRing { state.withLock { $0.ring } }

    /// Looks whether the file is another one, and reads it then. One that cannot be read leaves the last keys in place;
    /// one that is gone has none.
    func refresh() async {
        let known = state.withLock { ($0.status, $0.isBroken) }
        let file = file
        do {
            let fresh: (ring: KeyRing, status: FileStatus?)? = try await NIOThreadPool.singleton.runIfActive {
                let status = FileStatus(path: file.path)
                return status == known.0 ? nil : (KeyRing(try file.read()), status)
            }
            guard let fresh else { return }
            state.withLock { $0 = State(ring: fresh.ring, status: fresh.status) }
            logger.notice("The API keys were read again", metadata: ["file": "\(file.path)"])
        } catch {
            // Said once, not at every look.
            if !known.1 {
                logger.error("The API keys stay as they were: \(error)", metadata: ["file": "\(file.path)"])
            }
            state.withLock { $0.isBroken = true }
        }
    }
}
