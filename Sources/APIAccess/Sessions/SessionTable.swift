import Crypto
import OrderEvents
import Synchronization

/// Who is signed in to the dashboard. In memory: a restart signs everybody out.
public final class SessionTable: Sendable {
    /// One browser that signed in.
    struct Session: Sendable {
        let caller: Caller
        let expiresAt: Timestamp
    }

    /// So long a session lasts, if what it was begun with lasts as long.
    public static let lifetimeMilliseconds: Int64 = 12 * 3_600_000
    /// The most sessions; one more ends the one that would have ended next.
    static let maximumSessions = 10_000

    private let sessions = Mutex<[[UInt8]: Session]>([:])

    /// Nobody is signed in.
    public init() {}

    /// A new session: its secret id, for the cookie, and when it ends. Only the id's hash is kept.
    public func begin(_ caller: Caller, at time: Timestamp) -> (id: String, expiresAt: Timestamp) {
        var random = SystemRandomNumberGenerator()
        let id = Hexadecimal.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
        let end = min(time.advanced(byMilliseconds: Self.lifetimeMilliseconds), caller.expiresAt ?? .latest)
        sessions.withLock { sessions in
            if sessions.count >= Self.maximumSessions {
                sessions = sessions.filter { $0.value.expiresAt > time }
            }
            if sessions.count >= Self.maximumSessions,
                let next = sessions.min(by: { $0.value.expiresAt < $1.value.expiresAt })
            {
                sessions[next.key] = nil
            }
            sessions[APIKeyText.hash(id)] = Session(caller: caller, expiresAt: end)
        }
        return (id, end)
    }

    /// Who has that session; nil where there is none, or no longer.
    public func caller(of id: String, at time: Timestamp) -> Caller? {
        let hash = APIKeyText.hash(id)
        return sessions.withLock { sessions in
            guard let session = sessions[hash] else { return nil }
            guard session.expiresAt > time else {
                sessions[hash] = nil
                return nil
            }
            return session.caller
        }
    }

    /// Ends a session.
    public func end(_ id: String) { sessions.withLock { $0[APIKeyText.hash(id)] = nil } }

    var count: Int { sessions.withLock(\.count) }
}
