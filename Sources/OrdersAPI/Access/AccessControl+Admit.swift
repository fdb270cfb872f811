import APIAccess
import HTTPTypes
import Hummingbird

extension AccessControl {
    /// A request that was let in.
    struct Admission: Sendable {
        /// nil: whoever it is.
        let caller: Caller?
        /// What is left of the caller's quota, for the answer's headers.
        let headers: HTTPFields
    }

    /// Lets a request in, or says why not: 401 without valid credentials, 403 without the scope, 429 beyond the limit.
    func admit(_ access: RouteAccess, _ identity: Identity) throws(Problem) -> Admission {
        guard isRequired, access != .anyone else {
            if case .caller(let caller, _) = identity { return Admission(caller: caller, headers: [:]) }
            return Admission(caller: nil, headers: [:])
        }
        switch identity {
        case .nobody: throw .unauthenticated(nil)
        case .refused(let refused, nil): throw .unauthenticated(refused.reason)
        case .refused(let refused, let seconds?): throw .tooManyFailures(refused.reason, retryAfterSeconds: seconds)
        case .caller(let caller, _):
            guard case .scope(let scope) = access else { return Admission(caller: caller, headers: [:]) }
            guard caller.scopes.contains(scope) else { throw .missingScope(scope) }
            guard let verdict = limiter.count(caller, scope, at: now()) else {
                return Admission(caller: caller, headers: [:])
            }
            guard verdict.isAllowed else { throw .rateLimited(verdict) }
            return Admission(caller: caller, headers: verdict.headers)
        }
    }
}

extension RateLimiter.Verdict {
    /// `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-10.
    var headers: HTTPFields {
        [
            .rateLimitPolicy: "\"\(scope.rawValue)\";q=\(limit.quota);w=\(RateLimit.windowSeconds)",
            .rateLimit: "\"\(scope.rawValue)\";r=\(remaining);t=\(resetSeconds)",
        ]
    }
}

extension Problem {
    private static let challenge = "Bearer realm=\"orders\""

    /// - Parameter reason: what is wrong with the credentials; nil if there were none.
    static func unauthenticated(_ reason: String?) -> Problem {
        Problem(
            slug: "unauthenticated", title: "Unauthorized", status: .unauthorized,
            detail: reason.map { "The credentials are not taken: \($0)" }
                ?? "This needs credentials: send an API key or a token as Authorization: Bearer, or sign in",
            headers: [.wwwAuthenticate: reason == nil ? challenge : challenge + ", error=\"invalid_token\""])
    }

    static func tooManyFailures(_ reason: String, retryAfterSeconds: Int) -> Problem {
        Problem(
            slug: "too-many-failures", title: "Too many requests", status: .tooManyRequests,
            detail: "Too many wrong credentials came from this address; the last are not taken: \(reason)",
            headers: [.retryAfter: String(retryAfterSeconds)])
    }

    static func missingScope(_ scope: Scope) -> Problem {
        Problem(
            slug: "missing-scope", title: "Forbidden", status: .forbidden,
            detail: "These credentials do not have the scope \(scope.rawValue), which this needs",
            headers: [.wwwAuthenticate: challenge + ", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""])
    }

    static func rateLimited(_ verdict: RateLimiter.Verdict) -> Problem {
        var headers = verdict.headers
        headers[.retryAfter] = String(verdict.retryAfterSeconds)
        return Problem(
            slug: "rate-limited", title: "Too many requests", status: .tooManyRequests,
            detail:
                "These credentials may do this \(verdict.limit.perSecond) times a second in the long run; try again in \(verdict.retryAfterSeconds) s",
            headers: headers)
    }
}

extension HTTPField.Name {
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
}
