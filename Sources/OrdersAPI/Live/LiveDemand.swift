import Synchronization

/// Whether somebody wants live data, and whether there is any.
///
/// Following the log costs CPU for every change, which nobody should pay while no dashboard is open.
final class LiveDemand: Sendable {
    private struct State: Sendable {
        var lastWanted: ContinuousClock.Instant?
        var isFollowing = false
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    /// How long the log is followed after the last one who wanted it.
    let grace: Duration
    /// Yields when somebody wants live data; at most one signal waits.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init(grace: Duration) {
        self.grace = grace
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether memory is as new as the log.
    var isFollowing: Bool { state.withLock { $0.isFollowing } }

    func want(now: ContinuousClock.Instant = .now) {
        state.withLock { $0.lastWanted = now }
        signal.yield()
    }

    /// Whether nobody has wanted it for the grace.
    func isOver(now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in state.lastWanted.map { now - $0 >= grace } ?? true }
    }

    func setFollowing(_ isFollowing: Bool) {
        let waiters = state.withLock { state in
            state.isFollowing = isFollowing
            guard isFollowing else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Wants live data and returns once there is some, or after `timeout` (the broker may be away).
    func wait(atMost timeout: Duration) async {
        want()
        guard !isFollowing else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForFollowing() }
            // Cancelled when it is no longer needed.
            group.addTask { try? await Task.sleep(for: timeout) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForFollowing() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let isOver = state.isFollowing || Task.isCancelled
                    if !isOver { state.waiters[id] = continuation }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
