import BrokerCore
import BrokerRights
import BrokerStorage
import LogLimit
import Logging
import NIOCore
import NIOPosix

/// Carries out what the core decides: the only place where core, sockets and files meet.
///
/// Everything here runs on one event loop, the core included; only file calls happen elsewhere. So there is no lock,
/// and what arrived together is committed together.
final class BrokerServer {
    let core: Broker
    let eventLoop: any EventLoop
    private let storage: StorageThreads
    private let logger: Logger
    private let clock: BrokerClock
    private var connections: [UInt64: BrokerConnection] = [:]
    private var nextConnectionID: UInt64 = 1
    private let limits: ConnectionLimits
    let traffic = BrokerTraffic()
    /// The ends of connections: whoever is outside can cause a thousand a second.
    private let closings = LogLimiter(.warning, "the broker closed a connection")
    private let departures = LogLimiter(.notice, "a client closed a connection")

    private var isCarryingOut = false
    private var answered: [BrokerConnection] = []
    private var endOfTickScheduled = false
    private var wakeUp: Scheduled<Void>?
    private var wakeUpDeadline = Int64.max
    private var shutDownPromise: EventLoopPromise<Void>?
    /// Called once when the storage has failed.
    var onFailure: ((StorageError) -> Void)?
    /// Request bytes that are not answered yet, of all connections.
    private(set) var outstandingBytes = 0

    init(
        core: Broker, eventLoop: any EventLoop, storage: StorageThreads, logger: Logger, clock: BrokerClock,
        limits: ConnectionLimits
    ) {
        self.core = core
        self.eventLoop = eventLoop
        self.storage = storage
        self.logger = logger
        self.clock = clock
        self.limits = limits
    }

    /// Starts what the core wants from its beginning.
    func begin() {
        carryOut()
    }

    // MARK: Connections

    /// A number for a new connection, nil if there are too many.
    func register(_ connection: BrokerConnection) -> UInt64? {
        guard connections.count < limits.maximumConnections, shutDownPromise == nil else { return nil }
        let id = nextConnectionID
        nextConnectionID += 1
        connections[id] = connection
        return id
    }

    func unregister(_ id: UInt64) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        release(connection.outstandingBytes)
        core.connectionClosed(id, now: clock.now)
        carryOut()
    }

    func handle(_ request: any ServedRequest, _ context: RequestContext) {
        core.handle(request, context, now: clock.now)
        carryOut()
    }

    /// Sends what was answered without the core.
    func settle() { carryOut() }

    func noteClosed(_ peer: String, _ reason: String, isFault: Bool) {
        (isFault ? closings : departures).log(to: logger, ["peer": "\(peer)", "reason": "\(reason)"])
    }

    /// What someone may do here and now.
    func gate(_ principal: Principal, _ security: ListenerSecurity) -> AccessGate {
        AccessGate(
            principal: principal, rights: security.directory.rights, host: security.advertised.host,
            port: Int32(security.advertised.port), topicName: { [core] in core.topicName($0) },
            hasTopic: { [core] in core.hasTopic($0) })
    }

    func usersChanged() {
        for id in connections.keys.sorted() { connections[id]?.usersChanged() }
    }

    /// Whether connections should stop reading, since too much is waiting already.
    var isFull: Bool { outstandingBytes > limits.maximumOutstandingBytes }

    func reserve(_ bytes: Int) { outstandingBytes += bytes }

    /// Answered or dropped bytes no longer count; connections that had to wait go on.
    func release(_ bytes: Int) {
        let wasFull = isFull
        outstandingBytes -= bytes
        guard wasFull, !isFull else { return }
        // In the next tick, so that a connection is not entered again from within itself.
        eventLoop.assumeIsolated().execute { [self] in
            for id in connections.keys.sorted() { connections[id]?.resume() }
        }
    }

    // MARK: Effects

    private func carryOut() {
        // What a connection does on its own account meanwhile adds to the effects; the loop below takes them in their
        // order.
        guard !isCarryingOut else { return }
        isCarryingOut = true
        defer { isCarryingOut = false }
        while !core.effects.isEmpty || !answered.isEmpty {
            let effects = core.effects
            core.effects = []
            for effect in effects { carryOut(effect) }
            let connections = answered
            answered = []
            for connection in connections { connection.sendAnswers() }
        }
        scheduleEndOfTick()
        scheduleWakeUp()
    }

    /// The connection has answers to send once all effects of this step are carried out.
    func noteAnswered(_ connection: BrokerConnection) { answered.append(connection) }

    private func carryOut(_ effect: BrokerEffect) {
        switch effect {
        case .respond(let token, let body): connections[token.connection]?.answer(token.number, body)
        case .noResponse(let token): connections[token.connection]?.answer(token.number, nil)
        case .close(let id, let reason): connections[id]?.close(reason: reason)
        case .storage(let operation):
            traffic.submitted(operation)
            storage.submit(operation)
        case .log(let level, let message): logger.log(level: level, "\(message)")
        case .failed(let error): onFailure?(error)
        case .shutDownComplete:
            shutDownPromise?.succeed(())
            shutDownPromise = nil
        }
    }

    /// A storage operation has ended; called on the event loop.
    func complete(_ completion: StorageCompletion) {
        traffic.completed(completion)
        core.complete(completion, now: clock.now)
        carryOut()
    }

    /// After the sockets that were ready have been read, the event loop runs this: one commit for all of them.
    private func scheduleEndOfTick() {
        guard !endOfTickScheduled else { return }
        guard core.hasWorkAtEndOfTick else { return }
        endOfTickScheduled = true
        eventLoop.assumeIsolated().execute { [self] in
            endOfTickScheduled = false
            core.endOfTick()
            carryOut()
        }
    }

    private func scheduleWakeUp() {
        guard let deadline = core.nextDeadline else { return }
        guard deadline < wakeUpDeadline else { return }
        wakeUp?.cancel()
        wakeUpDeadline = deadline
        let delay = max(0, deadline - clock.now.monotonic)
        wakeUp = eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(delay)) { [self] in
            wakeUpDeadline = .max
            wakeUp = nil
            core.tick(clock.now)
            carryOut()
        }
    }

    // MARK: Shutting down

    /// Has the core bring everything to disk, then closes all connections.
    func shutDown() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        shutDownPromise = promise
        core.shutDown(now: clock.now)
        carryOut()
        return promise.futureResult.assumeIsolated().map { [self] in
            wakeUp?.cancel()
            for id in connections.keys.sorted() { connections[id]?.close(reason: nil) }
        }.nonisolated()
    }
}
