import KafkaProtocol
import NIOCore

/// A request that was sent and has no outcome, whatever its type.
protocol PendingCall: AnyObject {
    var api: API { get }
    var state: CallState { get set }

    /// The frame of an attempt.
    func encode(version: Int16, correlationID: Int32) -> [ByteBuffer]
    /// Reads an answer and keeps it for ``deliver()``.
    func read(_ reader: WireReader, version: Int16, broker: Int32?) throws(WireError) -> AnswerVerdict
    /// Whether an answer is kept.
    var hasAnswer: Bool { get }
    /// Hands the kept answer to whoever waits.
    func deliver()
    func fail(_ failure: RequestFailure)
}

/// What the cluster layer wants to know of an answer.
struct AnswerVerdict {
    var error: ErrorCode
    /// `throttle_time_ms`.
    var throttleMilliseconds: Int32
}

/// Where a call stands.
struct CallState {
    let id: RequestID
    let destination: Destination
    let options: RequestOptions
    /// On the monotonic clock, in milliseconds.
    let deadline: Int64
    var attempts = 0
    /// An attempt was written, and no answer tells what became of it.
    var mayHaveHappened = false
    /// It has its outcome, or nobody wants one: what still names it skips it.
    var isDone = false
    var isOnWire = false
    /// Set while it waits for something.
    var deadlineTimer: TimerID?
    /// Why the last attempt failed.
    var lastError: ClientError?
    var lastBroker: Int32?
}

/// A call of a request's type.
final class Call<Request: KafkaRequest>: PendingCall {
    typealias Handler = (Result<Answer<Request.Response>, RequestFailure>) -> Void

    var state: CallState
    private let make: (Int16) -> Request
    private let check: ((Request.Response) -> ErrorCode)?
    private let handler: Handler
    private var answer: Answer<Request.Response>?

    init(
        state: CallState, make: @escaping (Int16) -> Request, check: ((Request.Response) -> ErrorCode)?,
        handler: @escaping Handler
    ) {
        self.state = state
        self.make = make
        self.check = check
        self.handler = handler
    }

    var api: API { Request.api }
    var hasAnswer: Bool { answer != nil }

    func encode(version: Int16, correlationID: Int32) -> [ByteBuffer] {
        answer = nil
        return WireFrame.request(
            make(version), version: version, correlationID: correlationID, clientID: state.options.clientID)
    }

    func read(_ reader: WireReader, version: Int16, broker: Int32?) throws(WireError) -> AnswerVerdict {
        var reader = reader
        let body: Request.Response = try WireFrame.body(from: &reader, version: version)
        answer = Answer(body: body, version: version, broker: broker)
        return AnswerVerdict(
            error: check?(body) ?? .none,
            throttleMilliseconds: (body as? any ThrottledResponse)?.throttleTimeMilliseconds ?? 0)
    }

    func deliver() {
        guard let answer else { return }
        handler(.success(answer))
    }

    func fail(_ failure: RequestFailure) { handler(.failure(failure)) }
}
