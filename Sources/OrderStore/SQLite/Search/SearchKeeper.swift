import Synchronization

/// Makes segments of what the sink has noted and merges them, a step at a time, in the sink's pauses.
///
/// A step is worked out beside the sink and written in a transaction of a few milliseconds, for which the sink may have to
/// wait. So a keeper rests for a multiple of the time that it worked. The factor is 8 while the sink writes most of the
/// time, and 3 while it writes now and then. While the sink does not write the keeper does not rest.
package final class SearchKeeper: Sendable {
    /// What a step has left.
    package enum Progress: Sendable {
        case more
        /// Nothing until the sink rests.
        case whenResting
        case done
    }

    private struct State {
        /// Runs until there is nothing to do.
        var task: Task<Void, Never>?
        var isAwaited = false
        var isStopped = false
        /// Of the sink, since the last step: how long it was writing.
        var writing = Duration.zero
        var lastWrite: ContinuousClock.Instant?
        var since: ContinuousClock.Instant?
    }

    /// Without a write for so long, the sink rests.
    private static let pause = Duration.milliseconds(500)

    /// How often it looks whether enough has been noted, or whether the sink rests.
    private static let gathering = Duration.milliseconds(100)

    private let step: @Sendable (_ isResting: Bool) async throws -> Progress
    private let state = Mutex(State())

    /// - Parameter step: Does a part of the work, durably.
    init(step: @escaping @Sendable (_ isResting: Bool) async throws -> Progress) { self.step = step }

    /// The sink has written, for so long.
    func noteWrite(_ duration: Duration) {
        state.withLock {
            $0.writing += duration
            $0.lastWrite = .now
        }
        wake()
    }

    /// There may be something to do. It is looked at a moment later, with what else comes until then.
    func wake() {
        state.withLock { state in
            state.isAwaited = true
            guard state.task == nil, !state.isStopped else { return }
            state.task = Task(priority: .utility) { await self.run() }
        }
    }

    /// Returns when no step runs; none begins after it.
    func stop() async {
        let task = state.withLock { state in
            state.isStopped = true
            return state.task
        }
        // It may be asleep. A step that has begun is carried through.
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
            let progress: Progress
            do {
                progress = try await step(isResting)
            } catch {
                // Readers do without the index meanwhile, and the sink's own writes report what the store suffers from.
                // The next write tries again.
                state.withLock { $0.task = nil }
                return
            }
            let worked = started.duration(to: .now)
            if progress != .done { state.withLock { $0.isAwaited = true } }
            let factor = restingFactor(since: started)
            await rest(progress == .more ? min(worked * factor, .milliseconds(200)) : Self.gathering)
        }
    }

    private var isResting: Bool {
        state.withLock { ($0.lastWrite?.duration(to: .now)).map { $0 >= Self.pause } ?? true }
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
    private func restingFactor(since started: ContinuousClock.Instant) -> Int {
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
        return writingShare > 0.5 ? 8 : 3
    }
}
