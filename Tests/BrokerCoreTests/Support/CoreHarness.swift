import Logging
import NIOCore

@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage
@testable import KafkaProtocol

/// A broker core on simulated files, with its storage operations under the test's control and no socket.
final class CoreHarness {
    let files: SimulatedFiles
    var settings: BrokerSettings
    private(set) var core: Broker
    private(set) var report: RecoveryReport
    var now = BrokerTime(wall: 1_700_000_000_000, monotonic: 1_000)

    /// Operations that the core asked for and that were not performed yet, by lane.
    private(set) var queues: [StorageLane: [StorageOperation]] = [:]
    private(set) var responses: [RequestToken: any KafkaMessage] = [:]
    private(set) var closed: [UInt64: String] = [:]
    private(set) var failure: StorageError?
    private(set) var isShutDown = false
    /// What the core and recovery warned of.
    private(set) var warnings: [String] = []
    private var nextNumber: UInt64 = 0
    private var seed: UInt64 = 1

    static var smallSettings: BrokerSettings {
        var settings = BrokerSettings()
        settings.journalFileBytes = 64 << 10
        settings.flushBytes = 4 << 10
        settings.tailCacheBytes = 32 << 10
        settings.maximumCommitBytes = 32 << 10
        settings.log.segmentBytes = 16 << 10
        settings.internalSegmentBytes = 8 << 10
        return settings
    }

    init(files: SimulatedFiles = SimulatedFiles(), settings: BrokerSettings = CoreHarness.smallSettings) throws {
        self.files = files
        self.settings = settings
        let recovered = try Recovery(files: files, settings: settings, now: now, seed: 1).run()
        report = recovered.report
        core = Broker(settings: settings, now: now, recovered: recovered, seed: 1)
        take()
    }

    /// Throws the core away and starts another one on the same files.
    func restart() throws {
        seed += 1
        queues = [:]
        failure = nil
        isShutDown = false
        let recovered = try Recovery(files: files, settings: settings, now: now, seed: seed).run()
        report = recovered.report
        warnings += report.findings
        core = Broker(settings: settings, now: now, recovered: recovered, seed: seed)
        take()
    }

    private func take() {
        let effects = core.effects
        core.effects = []
        for effect in effects {
            switch effect {
            case .respond(let token, let body): responses[token] = body
            case .noResponse: break
            case .close(let connection, let reason): closed[connection] = reason
            case .storage(let operation): queues[operation.lane, default: []].append(operation)
            case .log(let level, let message): if level >= .warning { warnings.append(message) }
            case .failed(let error): failure = error
            case .shutDownComplete: isShutDown = true
            }
        }
    }

    // MARK: Driving

    /// Hands a request to the core, without letting the storage do anything.
    @discardableResult
    func send(_ request: any ServedRequest, connection: UInt64 = 1, version: Int16? = nil) -> RequestToken {
        let token = RequestToken(connection: connection, number: nextNumber)
        nextNumber += 1
        let api = type(of: request).api
        let header = RequestHeader(
            api: api, version: version ?? api.newest(ownEpochs: false), correlationID: 0, clientID: "test")
        core.handle(request, RequestContext(token: token, header: header, clientHost: "/127.0.0.1"), now: now)
        take()
        return token
    }

    func endOfTick() {
        core.endOfTick()
        take()
    }

    /// Performs the next operation of a lane; false if there is none.
    @discardableResult
    func perform(_ lane: StorageLane) -> Bool {
        guard let operation = queues[lane]?.first else { return false }
        queues[lane]?.removeFirst()
        core.complete(operation.perform(on: files), now: now)
        take()
        return true
    }

    /// Performs everything that is to be done, and what follows from it.
    func settle() {
        endOfTick()
        while true {
            let didSomething = StorageLane.allCases.contains { perform($0) }
            endOfTick()
            if !didSomething, queues.values.allSatisfy(\.isEmpty) { return }
        }
    }

    func advance(milliseconds: Int64) {
        now.wall += milliseconds
        now.monotonic += milliseconds
        core.tick(now)
        take()
    }

    func shutDown() {
        core.shutDown(now: now)
        take()
        settle()
    }

    func closeConnection(_ connection: UInt64) {
        core.connectionClosed(connection, now: now)
        take()
    }

    /// Takes the response to a request, if there is one.
    func response<Body: KafkaMessage>(_ token: RequestToken, as _: Body.Type = Body.self) -> Body? {
        responses[token] as? Body
    }

    var hasPendingOperations: Bool { !queues.values.allSatisfy(\.isEmpty) }
}
