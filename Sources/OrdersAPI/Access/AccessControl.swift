public import APIAccess
import OrderEvents
import Synchronization

/// Who is let in, and how often: what all requests and streams of one server are checked with.
public final class AccessControl: Sendable {
    /// Whether credentials are asked for.
    public let isRequired: Bool
    let keys: WatchedKeys?
    let tokens: TokenAuthority?
    let sessions = SessionTable()
    let limiter: RateLimiter
    let throttle = FailureThrottle()
    let audit: AuditLog
    let now: @Sendable () -> Timestamp
    /// Refusals that are being held back at the moment.
    let delayed = Mutex(0)

    /// Asks nobody for anything: for a server on loopback.
    public static func off(
        audit: AuditLog = AuditLog(file: nil), now: @escaping @Sendable () -> Timestamp = OrdersAPIService.systemClock
    ) -> AccessControl {
        AccessControl(isRequired: false, keys: nil, tokens: nil, limits: [:], audit: audit, now: now)
    }

    /// Asks for a key or a token.
    ///
    /// - Parameters:
    ///   - limits: how often a caller may do what needs each scope.
    ///   - audit: where acts of people are written down.
    public static func required(
        keys: WatchedKeys?, tokens: TokenAuthority?, limits: [Scope: RateLimit], audit: AuditLog,
        now: @escaping @Sendable () -> Timestamp = OrdersAPIService.systemClock
    ) -> AccessControl {
        AccessControl(isRequired: true, keys: keys, tokens: tokens, limits: limits, audit: audit, now: now)
    }

    private init(
        isRequired: Bool, keys: WatchedKeys?, tokens: TokenAuthority?, limits: [Scope: RateLimit], audit: AuditLog,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.isRequired = isRequired
        self.keys = keys
        self.tokens = tokens
        self.audit = audit
        self.now = now
        limiter = RateLimiter(limits: limits)
    }

    /// Whether a server may listen on that address with it; asked before anything else is started.
    ///
    /// - Throws: ``OrdersAPIError``: others reach the address and nobody is asked for anything, or nobody has a key.
    public func check(host: String, port: Int) throws(OrdersAPIError) {
        try BindPolicy.check(host: host, port: port, access: self)
    }

    /// Whether there is anyone whom it would let in.
    var letsAnybodyIn: Bool { !isRequired || tokens != nil || (keys?.ring.validCount(at: now()) ?? 0) > 0 }

    /// The bearer of a key or token; a reason for the bearer where there is none.
    func caller(presenting credential: String) async -> Result<Caller, Refused> {
        guard credential.hasPrefix("ord_") else {
            guard let tokens else { return .failure(Refused(reason: "it is no API key")) }
            do {
                return .success(try await tokens.caller(of: credential))
            } catch {
                return .failure(Refused(reason: error.reason))
            }
        }
        switch (keys?.ring ?? KeyRing()).check(credential, at: now()) {
        case .valid(let record): return .success(Caller(key: record))
        case .unknown:
            // Tells a key that was cut off while copying from one that is wrong; both have been compared by now.
            let isWhole = APIKeyText.isWellFormed(credential)
            return .failure(
                Refused(reason: isWhole ? "there is no such API key" : "it is no whole API key; copy all of it"))
        case .refused(_, let standing): return .failure(Refused(reason: "the API key is \(standing.rawValue)"))
        }
    }

    /// Why credentials are not taken, for whoever sent them.
    struct Refused: Error, Equatable {
        let reason: String
    }

    /// Who has a session, with the rights that the key which began it has by now.
    func caller(ofSession id: String) -> Caller? {
        guard let caller = sessions.caller(of: id, at: now()) else { return nil }
        return current(caller)
    }

    /// The same caller with the rights of this moment; nil once there are none.
    private func current(_ caller: Caller) -> Caller? {
        switch caller.source {
        case .local: caller
        case .key(let id): keys?.ring.valid(id: id, at: now()).map { Caller(key: $0) }
        case .token: caller.expiresAt.map { $0 > now() } ?? true ? caller : nil
        }
    }

    /// Whether who began to listen to a stream may still do so: a key that is revoked ends its streams.
    func isStillLetIn(_ identity: Identity) -> Bool {
        guard case .caller(let caller, let session) = identity else { return !isRequired }
        if let session { return self.caller(ofSession: session) != nil }
        return current(caller) != nil
    }
}

/// What a request's credentials say.
enum Identity: Sendable {
    case nobody
    /// `session`: the id of the cookie that it came with, if it was one.
    case caller(Caller, session: String?)
    /// Credentials that are not taken. `retryAfterSeconds`: after too many of them.
    case refused(AccessControl.Refused, retryAfterSeconds: Int?)

    /// What a decision is signed with.
    var actor: String {
        if case .caller(let caller, _) = self { caller.id } else { "-" }
    }
}
