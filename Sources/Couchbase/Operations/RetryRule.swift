/// What follows a response: the end, or another attempt.
enum RetryRule: Hashable, Sendable {
    /// The response is the answer, good or bad.
    case final
    /// Another attempt after the delay. The status proves that nothing was changed, so it is allowed for mutations too.
    case retry(after: Duration, first: Refresh)
    /// The connection does not know any more who we are or which bucket it serves; another attempt on a new one.
    case reconnect

    /// What has to be looked up before the next attempt.
    enum Refresh: Hashable, Sendable { case nothing, config, collection }

    private static let vbucketDelays: [Int64] = [1, 10, 50, 100, 500, 1_000]

    /// - Parameters:
    ///   - attempt: how many attempts were answered before this response.
    ///   - errorMap: the server's, for statuses that are unknown here.
    static func decide(
        _ status: Status, for operation: KeyValueOperation, attempt: Int, errorMap: ErrorMap = ErrorMap()
    ) -> RetryRule {
        switch status {
        case .notMyVBucket:
            let delay = vbucketDelays[min(max(attempt, 0), vbucketDelays.count - 1)]
            return .retry(after: .milliseconds(delay), first: .config)
        case .configOnly: return .retry(after: backoff(attempt), first: .config)
        case .unknownCollection: return .retry(after: backoff(attempt), first: .collection)
        case .locked:
            if case .unlock = operation { return .final }
            return .retry(after: backoff(attempt), first: .nothing)
        case .temporaryFailure, .busy, .outOfMemory, .notInitialized, .durableWriteInProgress,
            .durableWriteReCommitInProgress:
            return .retry(after: backoff(attempt), first: .nothing)
        case .noBucket, .authStale: return .reconnect
        default:
            guard !status.isKnown, let entry = errorMap[status] else { return .final }
            if entry.invalidatesConnection { return .reconnect }
            return entry.isRetriable ? .retry(after: backoff(attempt), first: .nothing) : .final
        }
    }

    /// 1 ms, doubled for each attempt, at most 500 ms.
    static func backoff(_ attempt: Int) -> Duration { .milliseconds(min(500, 1 << min(max(attempt, 0), 9))) }
}
