import NIOCore

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaProtocol

/// A broker core on ``MemoryFiles``, driven by raw frames.
final class CoreLife {
    let files = MemoryFiles()
    private(set) var now = BrokerTime(wall: 1_700_000_000_000, monotonic: 1_000)
    private var core: Broker
    private var queues: [StorageLane: [StorageOperation]] = [:]
    private var waiting: [RequestToken: RequestHeader] = [:]
    private var nextNumber: UInt64 = 0
    /// What each connection was last made in its group.
    private var members: [UInt64: CoreMember] = [:]
    private(set) var failure: StorageError?

    private static let settings: BrokerSettings = {
        var settings = BrokerSettings()
        settings.journalFileBytes = 16 << 10
        settings.flushBytes = 2 << 10
        settings.tailCacheBytes = 8 << 10
        settings.maximumCommitBytes = 16 << 10
        settings.log.segmentBytes = 4 << 10
        settings.internalSegmentBytes = 4 << 10
        settings.defaultPartitions = 2
        settings.maximumPartitions = 64
        settings.maximumDecompressedBytes = BatchProperties.maximumDecompressedBytes
        return settings
    }()

    init() throws {
        let recovered = try Recovery(files: files, settings: Self.settings, now: now, seed: 1).run()
        core = Broker(settings: Self.settings, now: now, recovered: recovered, seed: 1)
        try take()
        try settle()
    }

    // MARK: What comes from outside

    /// A frame arrives: it is refused, which closes the connection, or handled.
    ///
    /// - Parameter mends: whether what a client computes or was given is set right, see ``RequestMending``.
    func receive(_ frame: ByteBuffer, connection: UInt64, mends: Bool) throws {
        let header: RequestHeader
        var request: any ServedRequest
        do { (header, request) = try ServedAPIs.decode(frame) } catch { return try close(connection) }
        if mends { request = RequestMending.mended(request, member: members[connection]) }
        let token = RequestToken(connection: connection, number: nextNumber)
        nextNumber += 1
        waiting[token] = header
        core.handle(request, RequestContext(token: token, header: header, clientHost: "/127.0.0.1"), now: now)
        try take()
        core.endOfTick()
        try take()
    }

    func close(_ connection: UInt64) throws {
        core.connectionClosed(connection, now: now)
        waiting = waiting.filter { $0.key.connection != connection }
        try take()
    }

    /// Time passes, every timer firing at its own.
    func pause(milliseconds: Int64) throws {
        let end = now.monotonic + milliseconds
        for _ in 0..<64 {
            guard let deadline = core.nextDeadline, deadline < end else { break }
            try advance(to: max(deadline, now.monotonic))
        }
        try advance(to: end)
    }

    private func advance(to moment: Int64) throws {
        now.wall += moment - now.monotonic
        now.monotonic = moment
        core.tick(now)
        try take()
        try settle()
    }

    /// The storage does all that it was asked for.
    func settle() throws {
        core.endOfTick()
        try take()
        for _ in 0..<10_000 {
            guard let lane = StorageLane.allCases.first(where: { queues[$0]?.isEmpty == false }),
                let operation = queues[lane]?.removeFirst()
            else { return }
            core.complete(operation.perform(on: files), now: now)
            try take()
            core.endOfTick()
            try take()
        }
        throw PropertyFailure("the storage is never done")
    }

    // MARK: What goes out

    private func take() throws {
        let effects = core.effects
        core.effects = []
        for effect in effects {
            switch effect {
            case .respond(let token, let body): try answer(token, body)
            case .noResponse(let token): waiting[token] = nil
            case .close(let connection, _): waiting = waiting.filter { $0.key.connection != connection }
            case .storage(let operation): queues[operation.lane, default: []].append(operation)
            case .failed(let error): failure = error
            case .log, .shutDownComplete: break
            }
        }
    }

    private func answer(_ token: RequestToken, _ body: any KafkaMessage) throws {
        // The connection may be gone.
        guard let header = waiting.removeValue(forKey: token) else { return }
        if let joined = body as? JoinGroupResponse, !joined.memberID.isEmpty {
            members[token.connection] = CoreMember(id: joined.memberID, generation: joined.generationID)
        }
        try checkAnswer(body, header)
    }

    /// An answer can be sent, and its own reader takes it.
    private func checkAnswer<Body: KafkaMessage>(_ body: Body, _ header: RequestHeader) throws {
        let version = header.isSupported ? header.version : 0
        _ = WireFrame.response(body, version: version, correlationID: header.correlationID)
        var header = header
        header.version = version
        let written = RequestProperties.write(body, header)
        var reader = WireReader(written, version: version, flexible: header.api.isFlexible(version))
        do {
            let again = try Body(from: &reader)
            try reader.finish()
            try require(
                RequestProperties.write(again, header) == written,
                "\(Body.self) version \(version) is written as another answer")
        } catch let error as WireError {
            throw PropertyFailure("\(Body.self) version \(version) cannot be read: \(error)")
        }
    }

    /// What must be found again after a restart: topics, and each log's start and end.
    var durable: (metadata: MetadataState, ends: [LogID: [Int64]]) {
        (core.metadata, core.logs.mapValues { [$0.startOffset, $0.nextOffset, $0.lastStableOffset] })
    }

    func recover() throws(StorageError) -> RecoveredState {
        try Recovery(files: files, settings: Self.settings, now: now, seed: 2).run()
    }
}
