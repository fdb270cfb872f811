import OrderEvents
import Synchronization

/// Verifies tokens with keys that it keeps fresh.
public final class TokenAuthority: Sendable {
    /// Gives the bytes of the key set. Bounded in time and size by whoever provides it.
    public typealias Fetch = @Sendable () async throws -> [UInt8]

    private struct State {
        var keys: TokenKeys
        var refresh = KeySetRefresh()
    }

    private let verifier: TokenVerifier
    private let shared: TokenKeys
    private let fetch: Fetch?
    private let report: @Sendable (String) -> Void
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    /// - Parameters:
    ///   - shared: keys that stay, such as that of a shared secret.
    ///   - fetch: where further keys come from; nil for none.
    ///   - report: gets, for the log, what is wrong with the key set.
    public init(
        verifier: TokenVerifier, shared: TokenKeys, fetch: Fetch?, report: @escaping @Sendable (String) -> Void,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.verifier = verifier
        self.shared = shared
        self.fetch = fetch
        self.report = report
        self.now = now
        state = Mutex(State(keys: shared))
    }

    /// The bearer of a token. A key that is not known makes it look at the key set again, if that was not done just now.
    public func caller(of token: String) async throws(TokenVerifier.Refusal) -> Caller {
        do {
            return try verifier.verify(token, with: keys, at: now())
        } catch {
            guard error == .unknownKey, await refresh(.unknownKey) else { throw error }
            return try verifier.verify(token, with: keys, at: now())
        }
    }

    private var keys: TokenKeys { state.withLock { $0.keys } }

    /// Fetches the key set if it has become old. Called now and then by whoever runs the server.
    public func refreshIfOld() async { _ = await refresh(.age) }

    /// Whether there are new keys to try. A set that cannot be fetched leaves the last one in place.
    private func refresh(_ cause: KeySetRefresh.Cause) async -> Bool {
        guard let fetch, state.withLock({ $0.refresh.begin(cause, at: now()) }) else { return false }
        do {
            let fresh = try await TokenKeys.set(try await fetch())
            for note in fresh.notes { report(note) }
            state.withLock { state in
                state.keys = shared.adding(fresh)
                state.refresh.succeeded(at: now())
            }
            return true
        } catch {
            report("the key set cannot be read: \(error)")
            return false
        }
    }
}
