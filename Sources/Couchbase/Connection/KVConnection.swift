import Foundation
import NIOCore
import SCRAM

/// One connection to one node, without its socket: bytes, requests and the time go in, ``Action``s come out.
///
/// It negotiates, authenticates, selects the bucket and reads the configuration, with as few round trips as the
/// protocol allows. Then it matches responses to requests by their opaque alone.
struct KVConnection: Sendable {
    struct Settings: Sendable {
        /// The host that was dialled.
        let host: String
        let credentials: Credentials
        /// `nil` for the configuration of the cluster as a whole.
        let bucket: String?
        let isEncrypted: Bool
        /// Says to the server's log who connects.
        let agent: String
        /// New for each connection: SCRAM depends on it.
        let nonce: String
        var connectTimeout = Duration.seconds(10)
        /// Requests that wait for their response; one more is refused.
        var outstandingLimit = 10_000
    }

    enum Action: Hashable, Sendable {
        case send(ByteBuffer)
        /// Operations can be submitted from here on.
        case ready
        case config(ClusterConfig)
        /// Works for some milliseconds, so it is done elsewhere; ``KVConnection/solved(_:)`` takes what comes out.
        case solve(SCRAMTask)
        /// The response to the operation with this id.
        case answered(UInt64, ResponseFrame)
        /// The operation with this id has no response, and will have none.
        case failed(UInt64, CouchbaseError)
        case close(CouchbaseError)
    }

    enum Phase: Hashable, Sendable { case idle, connecting, ready, closed }

    struct Outstanding: Sendable {
        let id: UInt64
        let opcode: Opcode
        let isIdempotent: Bool
    }

    let settings: Settings
    var phase = Phase.idle
    var features: Set<Feature> = []
    /// What the server says of statuses that this client does not know.
    var errorMap = ErrorMap()
    /// Responses to no request that waits: late ones, and second ones.
    var strayResponses = 0
    /// The configuration that needs not be sent again.
    var knownVersion: ClusterConfig.Version?
    var decoder = FrameDecoder()
    var outstanding: [UInt32: Outstanding] = [:]
    /// The connection's own requests.
    var control: [UInt32: Opcode] = [:]
    var nextOpaque: UInt32 = 1
    var connectDeadline: Duration?
    var scram: SCRAMClient?
    var mechanism: SASLMechanism?
    var mechanismList = ""
    var refusedMechanisms: Set<SASLMechanism> = []

    init(settings: Settings) { self.settings = settings }

    /// Operations that wait for their response.
    var outstandingCount: Int { outstanding.count }

    /// Whether one more request can be submitted.
    var hasRoom: Bool { phase == .ready && outstanding.count < settings.outstandingLimit }
    /// When ``advance(to:)`` has something to do.
    var nextDeadline: Duration? { connectDeadline }

    /// Writes an operation's request.
    /// - Returns: the opaque, by which it can be forgotten.
    /// - Throws: what the caller did wrong, or that the connection cannot take it; nothing was written then.
    mutating func submit(
        _ operation: KeyValueOperation, id: UInt64, key: String, vbucket: UInt16, collectionID: UInt32, date: Date,
        into bytes: inout ByteBuffer
    ) throws(CouchbaseError) -> UInt32 {
        try checkRoom()
        let target = KeyValueOperation.Target(
            key: key, vbucket: vbucket, collectionID: collectionID, opaque: takeOpaque())
        let frame = try operation.request(to: target, features: features, now: date)
        return try submit(frame, id: id, isIdempotent: operation.isIdempotent, into: &bytes)
    }

    /// Writes a request that reads something of the cluster.
    mutating func submit(
        query request: RequestFrame, id: UInt64, into bytes: inout ByteBuffer
    ) throws(CouchbaseError) -> UInt32 {
        try checkRoom()
        var request = request
        request.opaque = takeOpaque()
        return try submit(request, id: id, isIdempotent: true, into: &bytes)
    }

    private func checkRoom() throws(CouchbaseError) {
        guard phase == .ready else {
            throw CouchbaseError(.connectionFailure, "the connection to \(settings.host) is not ready")
        }
        guard hasRoom else {
            throw CouchbaseError(
                .temporaryFailure,
                "\(outstanding.count) operations wait for \(settings.host) already, which is the limit")
        }
    }

    private mutating func submit(
        _ frame: RequestFrame, id: UInt64, isIdempotent: Bool, into bytes: inout ByteBuffer
    ) throws(CouchbaseError) -> UInt32 {
        do {
            try frame.encode(into: &bytes)
        } catch {
            throw CouchbaseError(.invalidArgument, error.description)
        }
        outstanding[frame.opaque] = Outstanding(id: id, opcode: frame.opcode, isIdempotent: isIdempotent)
        return frame.opaque
    }

    /// Nobody waits for this response any more.
    mutating func forget(_ opaque: UInt32) { outstanding[opaque] = nil }

    /// Gives up where the bootstrap takes too long.
    mutating func advance(to now: Duration) -> [Action] {
        guard let connectDeadline, connectDeadline <= now else { return [] }
        return close(
            CouchbaseError(.unambiguousTimeout, "\(settings.host) did not answer within \(settings.connectTimeout)"))
    }

    /// The socket is gone, whoever closed it.
    mutating func socketClosed() -> [Action] {
        close(CouchbaseError(.connectionFailure, "\(settings.host) closed the connection"))
    }

    /// Every operation gets its end: a mutation that was sent may have taken place.
    mutating func close(_ error: CouchbaseError) -> [Action] {
        guard phase != .closed else { return [] }
        phase = .closed
        connectDeadline = nil
        control = [:]
        let lost = outstanding.values.sorted { $0.id < $1.id }
        outstanding = [:]
        return lost.map { operation in
            let code: CouchbaseError.Code = operation.isIdempotent ? .requestCanceled : .ambiguousConnectionLoss
            return .failed(operation.id, CouchbaseError(code, "\(operation.opcode) has no answer: \(error.message)"))
        } + [.close(error)]
    }

    /// Numbers come round again after four billion; one that still waits is skipped.
    mutating func takeOpaque() -> UInt32 {
        while outstanding[nextOpaque] != nil || control[nextOpaque] != nil { nextOpaque &+= 1 }
        defer { nextOpaque &+= 1 }
        return nextOpaque
    }
}
