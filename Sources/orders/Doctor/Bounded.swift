import Synchronization

/// Work that is not waited for beyond its time: what cannot be cancelled goes on by itself, and its end is dropped.
enum Bounded {
    /// Not done in time.
    struct TookTooLong: Error, CustomStringConvertible {
        let limit: Duration
        var description: String { "no answer within \(limit.components.seconds) s" }
    }

    static func run<R: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let first = FirstOutcome<R>()
        let work = Task {
            do { first.end(.success(try await body())) } catch { first.end(.failure(error)) }
        }
        let timer = Task {
            // Cancelled when the work is done.
            try? await Task.sleep(for: limit)
            first.end(.failure(TookTooLong(limit: limit)))
        }
        defer {
            work.cancel()
            timer.cancel()
        }
        return try await withCheckedThrowingContinuation { first.begin($0) }
    }

    private final class FirstOutcome<R: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<R, any Error>?
            var outcome: Result<R, any Error>?
        }

        private let state = Mutex(State())

        func begin(_ continuation: CheckedContinuation<R, any Error>) {
            let early = state.withLock { state -> Result<R, any Error>? in
                if state.outcome == nil { state.continuation = continuation }
                return state.outcome
            }
            if let early { continuation.resume(with: early) }
        }

        func end(_ outcome: Result<R, any Error>) {
            let waiting = state.withLock { state -> CheckedContinuation<R, any Error>? in
                guard state.outcome == nil else { return nil }
                state.outcome = outcome
                return state.continuation.take()
            }
            waiting?.resume(with: outcome)
        }
    }
}
