import Synchronization

/// The sleep of one task, which others may end.
final class WakeableSleep: Sendable {
    private struct State: Sendable {
        var sleeper: Task<Void, Never>?
        /// The next sleep ends at once.
        var owesWake = false
    }

    private let state = Mutex(State())

    /// Sleeps for so long at most: until ``wake()`` or the cancellation of the task.
    func sleep(for duration: Duration) async {
        // Its cancellation ends it, and so does that of the task that sleeps.
        let sleeper = Task { _ = try? await Task.sleep(for: duration) }
        let isOver = state.withLock { state in
            defer { state.owesWake = false }
            state.sleeper = sleeper
            return state.owesWake
        }
        if isOver { sleeper.cancel() }
        await withTaskCancellationHandler {
            await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
        state.withLock { $0.sleeper = nil }
    }

    /// Ends the sleep, or the next one where nobody sleeps now.
    func wake() {
        state.withLock { state in
            if let sleeper = state.sleeper { sleeper.cancel() } else { state.owesWake = true }
        }
    }
}
