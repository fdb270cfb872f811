import KafkaProtocol
import Logging

/// How a client's core reaches Kafka, and all that it sees of the world: ``ClusterCore``, or a script in a test.
///
/// Handlers and timers are called on the loop, and never inside the call that they were given to.
protocol ClusterAccess: AnyObject {
    /// The time of the event that is being handled.
    var now: ClientTime { get }
    var random: ClientRandom { get set }
    var settings: ClusterSettings { get }

    // MARK: Requests

    /// Sends a request, and repeats it as `options` say.
    ///
    /// Requests to the same broker on the same lane leave in the order of this call, unless an attempt is repeated.
    ///
    /// - Parameters:
    ///   - make: called for each attempt, once the connection and so the version is known.
    ///   - check: the error in an answer that is about the request as a whole. See ``ErrorCode/isRepeatedByCluster``.
    ///   - handler: called once.
    @discardableResult
    func send<Request: KafkaRequest>(
        to destination: Destination, _ options: RequestOptions, make: @escaping (_ version: Int16) -> Request,
        check: ((Request.Response) -> ErrorCode)?,
        then handler: @escaping (Result<Answer<Request.Response>, RequestFailure>) -> Void
    ) -> RequestID

    /// The handler is not called any more. What was written stays written.
    func cancel(_ id: RequestID)

    /// What a broker offers; nil as long as no connection to it has asked, and where the API is not offered.
    func versions(of api: API, on broker: Int32) -> ClosedRange<Int16>?

    /// What the cluster has agreed on, as far as brokers have been asked.
    var features: ClusterFeatures { get }

    // MARK: Time

    /// Calls `body` at a time of the monotonic clock, in milliseconds.
    @discardableResult
    func schedule(at deadline: Int64, _ body: @escaping () -> Void) -> TimerID
    func cancel(_ timer: TimerID)

    // MARK: Metadata

    var metadata: ClusterMetadata { get }

    /// Keeps topics in ``metadata``. `onChange` is called after each answer, whether or not it changed something.
    func follow(_ interest: TopicInterest, onChange: @escaping () -> Void) -> FollowerID
    func change(_ follower: FollowerID, to interest: TopicInterest)
    func unfollow(_ follower: FollowerID)

    /// Asks for metadata soon; often enough not to be asked twice within `retry.backoff.ms`.
    func refreshMetadata()
    /// Why the brokers let this client not in, if the last attempt to get metadata ended so. Followers hear of it.
    var refusal: ClientError? { get }

    /// A broker said that it does not coordinate `key`. Nothing is forgotten if another is known by now.
    func forgetCoordinator(_ key: CoordinatorKey, broker: Int32)

    func log(_ level: Logger.Level, _ message: String)
}

extension ClusterAccess {
    /// Sends a request that is the same in every version.
    @discardableResult
    func send<Request: KafkaRequest>(
        _ request: Request, to destination: Destination, _ options: RequestOptions,
        check: ((Request.Response) -> ErrorCode)? = nil,
        then handler: @escaping (Result<Answer<Request.Response>, RequestFailure>) -> Void
    ) -> RequestID {
        send(to: destination, options, make: { _ in request }, check: check, then: handler)
    }
}

/// Which topics somebody wants to know of.
enum TopicInterest: Hashable, Sendable {
    case none
    case named(Set<String>)
    case all
}

/// Names somebody who follows topics.
struct FollowerID: Hashable, Sendable {
    let number: UInt64
}

extension ErrorCode {
    /// What the cluster layer repeats a request for, where the request's `check` shows it.
    var isRepeatedByCluster: Bool {
        switch self {
        case .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress, .notController,
            .leaderNotAvailable, .networkException, .requestTimedOut, .throttlingQuotaExceeded:
            true
        default: false
        }
    }
}
