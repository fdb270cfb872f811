import Synchronization

/// Enters the orders that the sink has noted into the search index, a slice at a time, in the sink's pauses.
///
/// A slice is a transaction of its own, and the writer is one: the sink may have to wait for it. So a keeper rests for a
/// multiple of the time that it worked. The factor is 24 while the sink writes most of the time, and 3 while it writes
/// now and then. While the sink does not write the keeper does not rest.
final class SearchKeeper: Sendable {
    private struct State {
        /// Runs until there is nothing to enter.
        var task: Task<Void, Never>?
        var isAwaited = false
        var isStopped = false
        /// Of the sink, since the last slice: how long it was writing.
        var writing = Duration.zero
        var lastWrite: ContinuousClock.Instant?
        var since: ContinuousClock.Instant?
    }

    /// Orders of a slice: a few milliseconds.
    static let slice = 500
    /// Without a write for so long, the sink rests.
    private static let pause = Duration.milliseconds(50)

    /// What comes within it is entered together: a slice for each write would be another sync of the disk for each.
    private static let gathering = Duration.milliseconds(100)

    private let enterSome: @Sendable (Int) async throws -> Bool
    private let state = Mutex(State())

    /// - Parameter enterSome: Enters up to so many orders, durably; returns whether more wait.
    init(enterSome: @escaping @Sendable (Int) async throws -> Bool) { self.enterSome = enterSome }

    /// The sink has written, for so long.
    func noteWrite(_ duration: Duration) {
        state.withLock {
            $0.writing += duration
            $0.lastWrite = .now
        }
        wake()
    }

    /// There may be something to enter. It is entered a moment later, with what else comes until then.
    func wake() {
        state.withLock { state in
            state.isAwaited = true
            guard state.task == nil, !state.isStopped else { return }
            state.task = Task(priority: .utility) { await self.run() }
        }
    }

    /// Returns when no slice runs; none begins after it.
    func stop() async {
        let task = state.withLock { state in
            state.isStopped = true
            return state.task
        }
        // It may be asleep. A slice that has begun is carried through.
        task?.cancel()
        await task?.value
    }

    /// Returns when what it was woken for is done.
    func finish() async {
        let task = state.withLock { $0.task }
        await task?.value
    }

    private func run() async {
        await rest(Self.gathering)
        while begin() {
            let started = ContinuousClock.now
            let isMore: Bool
            do {
                isMore = try await enterSome(Self.slice)
            } catch {
                // Readers do without the index meanwhile, and the sink's own writes report what the store suffers from.
                // The next write tries again.
                state.withLock { $0.task = nil }
                return
            }
            let worked = started.duration(to: .now)
            if isMore { state.withLock { $0.isAwaited = true } }
            await rest(isMore ? min(worked * rest(since: started), .milliseconds(200)) : Self.gathering)
        }
    }

    /// Whether there is something to do; else the task has ended.
    private func begin() -> Bool {
        state.withLock { state in
            guard state.isAwaited, !state.isStopped else {
                state.task = nil
                return false
            }
            state.isAwaited = false
            return true
        }
    }

    private func rest(_ duration: Duration) async {
        // A sleep ends early only where the store is being closed.
        if duration > .zero { try? await Task.sleep(for: duration) }
    }

    /// How many times as long as it worked the keeper rests.
    private func rest(since started: ContinuousClock.Instant) -> Int {
        state.withLock { state in
            let now = ContinuousClock.now
            defer { (state.writing, state.since) = (.zero, now) }
            return Self.rest(
                sinceLastWrite: state.lastWrite?.duration(to: now),
                writingShare: state.writing / (state.since ?? started).duration(to: now))
        }
    }

    static func rest(sinceLastWrite: Duration?, writingShare: Double) -> Int {
        guard let sinceLastWrite, sinceLastWrite < pause else { return 0 }
        return writingShare > 0.5 ? 24 : 3
    }
}
