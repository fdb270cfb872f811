import Synchronization

/// Enters the orders that the sink has noted into the search index, a slice at a time, in the sink's pauses.
///
/// A slice is a transaction of its own, and the writer is one: the sink may have to wait for it. So a keeper rests for a
/// multiple of the time that it worked: 24 times while the sink writes most of the time, three times while it writes
/// now and then, not at all while it does not.
final class SearchKeeper: Sendable {
    private struct State {
        var isRunning = false
        var isStopped = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Of the sink, since the last slice: how long it was writing.
        var writing = Duration.zero
        var lastWrite: ContinuousClock.Instant?
        var since: ContinuousClock.Instant?
    }

    /// Orders of a slice: a few milliseconds.
    static let slice = 500
    /// Without a write for so long, the sink rests.
    private static let pause = Duration.milliseconds(50)

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

    /// There may be something to enter.
    func wake() {
        let starts = state.withLock { state in
            guard !state.isRunning, !state.isStopped else { return false }
            state.isRunning = true
            return true
        }
        if starts { Task(priority: .utility) { await self.run() } }
    }

    /// Returns when no slice runs; none begins after it.
    func stop() async {
        state.withLock { $0.isStopped = true }
        await finish()
    }

    /// Returns when what it was woken for is done.
    func finish() async {
        await withCheckedContinuation { done in
            let isIdle = state.withLock { state in
                if state.isRunning { state.waiting.append(done) }
                return !state.isRunning
            }
            if isIdle { done.resume() }
        }
    }

    private func run() async {
        while !state.withLock({ $0.isStopped }) {
            let started = ContinuousClock.now
            do {
                guard try await enterSome(Self.slice) else { break }
            } catch {
                // Readers do without the index meanwhile, and whatever ails the store is told by the sink's own
                // writes. The next write tries again.
                break
            }
            let worked = started.duration(to: .now)
            let rest = worked * rest(since: started)
            // Only a cancelled task's sleep ends early, and nothing cancels this one.
            if rest > .zero { try? await Task.sleep(for: min(rest, .milliseconds(200))) }
        }
        let waiting = state.withLock { state in
            state.isRunning = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for done in waiting { done.resume() }
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
