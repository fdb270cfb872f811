import Foundation
import Synchronization
import Testing

/// Two pipes among a journal's files: whoever reads the files waits at each, so that something can happen in between.
///
/// A pipe is opened for reading only once somebody opens it for writing. When the first one is let go every segment has
/// been opened; when the second one is, nothing has been compared yet.
final class InterruptedJournal: Sendable {
    private struct State {
        var attempts = 0
        var isEnded = false
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let pipes: [String]
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter meanwhile: called between the pipes, with the number of the attempt from 1 on.
    init(in folder: DataFolder, meanwhile: @escaping @Sendable (Int) throws -> Void) throws {
        pipes = ["first", "second"].map { "\(folder.path)/journal/\($0).pipe" }
        for pipe in pipes {
            guard mkfifo(pipe, 0o600) == 0 else { throw POSIXError(.EIO) }
        }
        Thread.detachNewThread { [self] in
            while let attempt = arrival() {
                do {
                    try meanwhile(attempt)
                } catch {
                    state.withLock { $0.failure = error }
                }
                letGo(pipes[1])
            }
            done.signal()
        }
    }

    /// How often somebody has read the journal.
    var attempts: Int { state.withLock(\.attempts) }

    /// Nobody reads any more.
    func end() {
        state.withLock { $0.isEnded = true }
        // Whoever waits for a reader has one.
        let readers = pipes.map { open($0, O_RDONLY | O_NONBLOCK) }
        done.wait()
        for reader in readers { close(reader) }
        if let failure = state.withLock(\.failure) { Issue.record(failure, "nothing could be changed") }
    }

    /// The number of the attempt that has come to the first pipe; nil: there are no more.
    private func arrival() -> Int? {
        letGo(pipes[0])
        return state.withLock {
            if $0.isEnded { return nil }
            $0.attempts += 1
            return $0.attempts
        }
    }

    private func letGo(_ pipe: String) { close(open(pipe, O_WRONLY)) }
}
