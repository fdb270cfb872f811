import DequeModule
import KafkaProtocol
import NIOCore
import SCRAM

/// One connection to one broker, without its socket: bytes and requests go in, ``Event``s come out.
///
/// It negotiates versions, logs in, and then pairs answers with requests, which a broker answers in their order.
struct ConnectionCore {
    struct Settings {
        /// The broker, for messages.
        let name: String
        let sasl: ClusterSecurity.SASL?
        let unansweredBytesLimit: Int
        /// Of one frame.
        let answerBytesLimit: Int
    }

    enum Event {
        case send(ByteBuffer)
        /// Works for some milliseconds, so it is done elsewhere; ``ConnectionCore/solved(_:)`` takes what comes out.
        case solve(SCRAMTask)
        /// Requests are taken from here on. The login lasts for `lifetime` milliseconds, if that is not nil.
        case ready(lifetime: Int64?)
        /// The frame without length and correlation id.
        case answered(InFlight, WireReader)
        /// The connection is of no use any more and is to be closed.
        case failed(ClientError)
    }

    enum Phase: Hashable { case opening, versions, handshake, authenticating, ready, closed }

    /// A request without an answer.
    struct InFlight {
        var request: RequestID
        var correlationID: Int32
        var version: Int16
        var bytes: Int
        /// On the monotonic clock, in milliseconds.
        var deadline: Int64
    }

    /// Requests on their way at once; the bound in bytes is usually met first.
    static let inFlightLimit = 256

    let settings: Settings
    var phase = Phase.opening
    var splitter: FrameSplitter
    /// What the broker offers, by API key.
    var offered: [Int16: ClosedRange<Int16>] = [:]
    /// What the cluster has agreed on, as this broker knows it.
    var features = ClusterFeatures()
    private(set) var inFlight: Deque<InFlight> = []
    private(set) var unansweredBytes = 0
    var nextCorrelationID: Int32 = 0
    /// The connection's own request that waits for its answer.
    var control: (correlationID: Int32, version: Int16)?
    var nonce = ""
    var scram: SCRAMClient?
    var isChallengeSolved = false
    /// The broker has proven that it knows the password, or needs not.
    var isServerVerified = false

    init(settings: Settings) {
        self.settings = settings
        splitter = FrameSplitter(limit: settings.answerBytesLimit)
    }

    /// Whether one more request can be written.
    var hasRoom: Bool {
        phase == .ready && inFlight.count < Self.inFlightLimit
            && (inFlight.isEmpty || unansweredBytes < settings.unansweredBytesLimit)
    }

    /// The newest version that both sides have, and not above `limit`; nil if there is none.
    func version(of api: API, upTo limit: Int16? = nil) -> Int16? {
        guard let theirs = offered[api.key] else { return nil }
        let newest = min(theirs.upperBound, api.versions.upperBound, limit ?? .max)
        return newest >= max(theirs.lowerBound, api.versions.lowerBound) ? newest : nil
    }

    /// The number under which the next request is written.
    mutating func takeCorrelationID() -> Int32 {
        defer { nextCorrelationID = nextCorrelationID == .max ? 0 : nextCorrelationID + 1 }
        return nextCorrelationID
    }

    /// A request was written, after those before it.
    mutating func wrote(_ request: InFlight) {
        inFlight.append(request)
        unansweredBytes += request.bytes
    }

    /// Bytes from the socket.
    mutating func received(_ bytes: ByteBuffer) -> [Event] {
        guard phase != .closed else { return [] }
        splitter.append(bytes)
        var events: [Event] = []
        do throws(ClientError) {
            while phase != .closed, let frame = try splitter.next() { events += try take(frame) }
        } catch {
            events.append(fail(error))
        }
        return events
    }

    private mutating func take(_ frame: ByteBuffer) throws(ClientError) -> [Event] {
        var reader = WireReader(frame)
        reader.takesNullForEmpty = true
        let correlationID: Int32
        do throws(WireError) {
            correlationID = try reader.int32()
        } catch {
            throw violation("\(error)")
        }
        guard phase == .ready else { return try takeControl(correlationID, reader) }
        guard let first = inFlight.first, first.correlationID == correlationID else {
            throw violation("answer \(correlationID) came where \(inFlight.first?.correlationID ?? -1) was due")
        }
        inFlight.removeFirst()
        unansweredBytes -= first.bytes
        return [.answered(first, reader)]
    }

    /// The connection is closed. What had no answer has none.
    mutating func close() -> Deque<InFlight> {
        phase = .closed
        control = nil
        defer {
            inFlight = []
            unansweredBytes = 0
        }
        return inFlight
    }

    func fail(_ error: ClientError) -> Event { .failed(error.at(settings.name)) }

    func violation(_ what: String) -> ClientError { ClientError(.protocolViolation, what, isRetriable: false) }
}
